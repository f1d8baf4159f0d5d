# `cpack` in the build folder makes a Debian package of what `cmake --install` installs; scripts/package does it all.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR jobaudit)
set(CPACK_PACKAGE_CONTACT "The authors of jobaudit <jobaudit@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGE_DESCRIPTION
    "Asks the Platform API which files failed, and why, in thousands to millions of jobs.
Holds the program, the static and the shared library, and what building against them takes.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
# The shared libraries that it needs are read off its binaries, by dpkg-shlibdeps.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
# The program runs without them; who builds against the library needs a Boost like the one that it was built with.
set(boost_name "${Boost_VERSION_MAJOR}.${Boost_VERSION_MINOR}")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libboost${boost_name}-dev, libboost-json${boost_name}-dev, libssl-dev, zlib1g-dev")

include(CPack)
