from . import allocation, schedule
