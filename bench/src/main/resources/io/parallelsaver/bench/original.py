"""What the Python original does, after its own description: for each array one shared memory block, one task of a process pool and
one temporary .npy file; the files are packed into an archive when all are written. Reading goes the same way back, through one block.
"""
import multiprocessing
import os
import shutil
import zipfile
from multiprocessing.shared_memory import SharedMemory

import numpy as np

ALIGNMENT = 64


def write_one(task):
    name, shape, dtype, path = task
    block = SharedMemory(name=name)
    array = np.ndarray(shape, dtype, block.buf)
    np.save(path, array)
    del array
    block.close()


def read_one(task):
    name, offset, path = task
    block = SharedMemory(name=name)
    source = np.load(path)
    array = np.ndarray(source.shape, source.dtype, block.buf, offset)
    array[...] = source
    del array
    block.close()


def run(function, tasks):
    with multiprocessing.Pool(multiprocessing.cpu_count()) as pool:
        pool.map(function, tasks, chunksize=1)


def save(path, arrays):
    folder = path + "_temp"
    os.mkdir(folder)
    blocks, tasks = [], []
    try:
        for key, array in arrays.items():
            block = SharedMemory(create=True, size=array.nbytes)
            blocks.append(block)
            np.ndarray(array.shape, array.dtype, block.buf)[...] = array
            tasks.append((block.name, array.shape, array.dtype, os.path.join(folder, key + ".npy")))
        run(write_one, tasks)
    finally:
        for block in blocks:
            block.close()
            block.unlink()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for key in arrays:
            archive.write(os.path.join(folder, key + ".npy"), key + ".npy")
    shutil.rmtree(folder)


def restore(path):
    folder = path + "_extracted_temp"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        names = archive.namelist()
    places, end = {}, 0
    for name in names:
        file = os.path.join(folder, name)
        mapped = np.load(file, mmap_mode="r")
        places[name.removesuffix(".npy")] = (mapped.shape, mapped.dtype, end, file)
        end += -(-mapped.nbytes // ALIGNMENT) * ALIGNMENT
    block = SharedMemory(create=True, size=end)
    try:
        run(read_one, [(block.name, offset, file) for _, _, offset, file in places.values()])
        return {
            key: np.ndarray(shape, dtype, block.buf, offset).copy()
            for key, (shape, dtype, offset, _) in places.items()
        }
    finally:
        block.close()
        block.unlink()
        shutil.rmtree(folder)
