# The imported library xxhash: not every xxHash comes with package files for CMake or pkg-config.
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
find_library(XXHASH_LIBRARY xxhash REQUIRED)
mark_as_advanced(XXHASH_INCLUDE_DIR XXHASH_LIBRARY)
add_library(xxhash UNKNOWN IMPORTED GLOBAL)
set_target_properties(xxhash PROPERTIES
    IMPORTED_LOCATION ${XXHASH_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${XXHASH_INCLUDE_DIR})

# For x86, Debian's shared one holds functions that take the widest vectors of the processor at hand.
include(CheckCXXSymbolExists)
set(CMAKE_REQUIRED_LIBRARIES xxhash)
check_cxx_symbol_exists(XXH3_64bits_dispatch xxh_x86dispatch.h JOBAUDIT_XXHASH_DISPATCHES)
unset(CMAKE_REQUIRED_LIBRARIES)
if(JOBAUDIT_XXHASH_DISPATCHES)
    set_property(TARGET xxhash PROPERTY INTERFACE_COMPILE_DEFINITIONS JOBAUDIT_XXHASH_DISPATCHES)
endif()
