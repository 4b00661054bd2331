# Included by CMake when it begins to build llama-cpp-python. That wants the parts that llama.cpp's own programs share,
# which nothing here uses; a variable comes before its cache entry (CMake's policy CMP0126).
set(LLAMA_BUILD_COMMON OFF)
