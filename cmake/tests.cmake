add_library(jobaudit_test_main OBJECT ${PROJECT_SOURCE_DIR}/tests/main.cpp)
target_compile_definitions(jobaudit_test_main PRIVATE BOOST_TEST_DYN_LINK)
target_link_libraries(jobaudit_test_main PRIVATE Boost::headers)

set(JOBAUDIT_OPTIMISED_TESTS store_test)

# jobaudit_add_test_program(TARGET SOURCE…): a program of Boost.Test.
function(jobaudit_add_test_program target)
    add_executable(${target} ${ARGN} $<TARGET_OBJECTS:jobaudit_test_main>)
    jobaudit_set_warnings(${target})
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_compile_definitions(${target} PRIVATE BOOST_TEST_DYN_LINK)
    target_link_libraries(${target} PRIVATE Boost::unit_test_framework)
    add_dependencies(${target} jobaudit)
    # Most of the time of a build went into optimising tests. What is tested is optimised in full, as are tests that work much themselves.
    if(NOT ${target} IN_LIST JOBAUDIT_OPTIMISED_TESTS)
        target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # At -O1, GCC 12 takes the place of a short string for that of a long one, and sees no initialisation behind a call; that in Boost's
        # headers it tells of where they are precompiled.
        target_compile_options(${target} PRIVATE
            -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-maybe-uninitialized)
    endif()
    target_precompile_headers(${target} PRIVATE
        <boost/test/unit_test.hpp> <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <string> <string_view>
        <utility> <vector>)
endfunction()
