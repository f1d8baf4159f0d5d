# For jobaudit's own targets alone: never part of what a consumer inherits.
function(jobaudit_set_warnings target)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
    if(JOBAUDIT_WARNINGS_AS_ERRORS)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    # GCC 12 takes `"text" + std::string` for overlapping memory: https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105651
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        target_compile_options(${target} PRIVATE -Wno-restrict)
        # It does not see that a coroutine's promise has an operator new of its own when it inlines the frame's release.
        target_compile_options(${target} PRIVATE -Wno-mismatched-new-delete)
    endif()
endfunction()
