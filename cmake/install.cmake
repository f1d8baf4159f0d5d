include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/jobaudit)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/jobaudit ${PROJECT_BINARY_DIR}/include/jobaudit
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.hpp)

# A set of its own for each form: a package that was installed without one of them still works.
foreach(form static shared)
    install(TARGETS jobaudit_${form} EXPORT jobaudit_${form}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(EXPORT jobaudit_${form} NAMESPACE jobaudit:: DESTINATION ${package_dir})
endforeach()

if(JOBAUDIT_BUILD_EMULATOR)
    install(TARGETS jobaudit_emulator EXPORT jobaudit_emulator ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(EXPORT jobaudit_emulator NAMESPACE jobaudit:: DESTINATION ${package_dir})
endif()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/jobaudit-config.cmake.in
    ${PROJECT_BINARY_DIR}/package/jobaudit-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/jobaudit-config-version.cmake
    COMPATIBILITY SameMajorVersion)
install(FILES
    ${PROJECT_BINARY_DIR}/package/jobaudit-config.cmake
    ${PROJECT_BINARY_DIR}/package/jobaudit-config-version.cmake
    DESTINATION ${package_dir})

# The prefix is found from where the file lies, so that an installed tree can be moved.
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
    set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
    file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
    string(REGEX REPLACE "/$" "" up "${up}")
    set(pc_prefix "\${pcfiledir}/${up}")
endif()
cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_LIBDIR BASE_DIRECTORY "\${prefix}" OUTPUT_VARIABLE pc_libdir)
cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_INCLUDEDIR BASE_DIRECTORY "\${prefix}" OUTPUT_VARIABLE pc_includedir)
configure_file(${CMAKE_CURRENT_LIST_DIR}/jobaudit.pc.in ${PROJECT_BINARY_DIR}/package/jobaudit.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/package/jobaudit.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(JOBAUDIT_BUILD_PROGRAM)
    install(TARGETS jobaudit RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

install(FILES ${CMAKE_CURRENT_LIST_DIR}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
