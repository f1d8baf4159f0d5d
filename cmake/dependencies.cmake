# What must be on the machine; scripts/install-dependencies installs it on Debian.

# A project that adds this one with add_subdirectory links what it links.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)

# Boost's own package files, not CMake's FindBoost: that one is gone in newer CMakes.
set(boost_components json)
if(JOBAUDIT_BUILD_TESTS)
    list(APPEND boost_components unit_test_framework)
endif()
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS ${boost_components})

if(JOBAUDIT_BUILD_PROGRAM)
    find_package(CLI11 2.1 REQUIRED)
    find_package(SQLite3 3.37 REQUIRED)
    include(${CMAKE_CURRENT_LIST_DIR}/xxhash.cmake)
    include(${CMAKE_CURRENT_LIST_DIR}/zstd.cmake)
endif()
