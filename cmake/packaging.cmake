# What is installed, and Debian packages of it: `make package`, or `cpack -G DEB` in the build folder. Four of them: `wend`, the program and
# its service; `libwend0` and `libwend-store0`, the step as a shared library, without a store and with one; `libwend-dev`, their headers. The standard library is in the program itself.
include(GNUInstallDirs)
if(EXISTS /etc/debian_version AND CMAKE_LIBRARY_ARCHITECTURE)
  set(libraries lib/${CMAKE_LIBRARY_ARCHITECTURE})
else()
  set(libraries ${CMAKE_INSTALL_LIBDIR})
endif()
set(packaging ${CMAKE_SOURCE_DIR}/cmake/packaging)
set(made ${CMAKE_BINARY_DIR}/packaging)

# Of the changelog: the newest commit's day, so that the same sources give the same package.
execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} log -1 --format=%ct OUTPUT_VARIABLE stamp OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT stamp MATCHES "^[0-9]+$")
  set(stamp 0)
endif()
set(before "$ENV{SOURCE_DATE_EPOCH}")
set(ENV{SOURCE_DATE_EPOCH} ${stamp})
string(TIMESTAMP WEND_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
string(TIMESTAMP WEND_YEAR "%Y" UTC)
set(ENV{SOURCE_DATE_EPOCH} "${before}")
configure_file(${packaging}/copyright.in ${made}/copyright @ONLY)
configure_file(${packaging}/changelog.in ${made}/changelog @ONLY)
foreach(name changelog CHANGELOG.md)
  if(name STREQUAL changelog)
    set(source ${made}/changelog)
  else()
    set(source ${CMAKE_SOURCE_DIR}/CHANGELOG.md)
  endif()
  add_custom_command(OUTPUT ${made}/${name}.gz COMMAND gzip -9nc ${source} > ${made}/${name}.gz DEPENDS ${source} VERBATIM)
endforeach()
add_custom_command(OUTPUT ${made}/wend.toml
  COMMAND ${CMAKE_COMMAND} -D WEND=$<TARGET_FILE:wend_main> -D OUTPUT=${made}/wend.toml -P ${packaging}/default_config.cmake
  DEPENDS wend_main ${packaging}/default_config.cmake VERBATIM)
add_custom_target(packaged ALL DEPENDS wend_main wend_shared wend_store_shared ${made}/wend.toml ${made}/changelog.gz ${made}/CHANGELOG.md.gz)
add_dependencies(packaged wend_share)   # the manual and completions, installed by compiler/cli

# ---- what goes where
install(TARGETS wend_main RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT wend)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/stdlib DESTINATION ${CMAKE_INSTALL_DATADIR}/wend COMPONENT wend
        FILES_MATCHING PATTERN "*.wend" PATTERN "README.md")   # to be read: the program has them
install(DIRECTORY ${CMAKE_SOURCE_DIR}/examples/tidal_wave ${CMAKE_SOURCE_DIR}/examples/shop DESTINATION ${CMAKE_INSTALL_DATADIR}/wend/examples COMPONENT wend
        FILES_MATCHING PATTERN "*.wend" PATTERN "*.liquid" PATTERN "README.md")
install(FILES ${packaging}/README.Debian ${made}/CHANGELOG.md.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/wend COMPONENT wend)
install(FILES ${packaging}/wend.service DESTINATION lib/systemd/system COMPONENT wend)
install(FILES ${packaging}/wend.sysusers DESTINATION lib/sysusers.d RENAME wend.conf COMPONENT wend)
install(FILES ${made}/wend.toml DESTINATION /etc/wend COMPONENT wend)
install(TARGETS wend_shared LIBRARY DESTINATION ${libraries} COMPONENT libwend0 NAMELINK_COMPONENT libwend-dev)
install(TARGETS wend_store_shared LIBRARY DESTINATION ${libraries} COMPONENT libwend-store0 NAMELINK_COMPONENT libwend-dev)
install(FILES ${CMAKE_SOURCE_DIR}/runtime/embed/wend_embed.h ${CMAKE_SOURCE_DIR}/runtime/embed/wend_store.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT libwend-dev)
foreach(package wend libwend0 libwend-store0 libwend-dev)
  install(FILES ${made}/copyright ${made}/changelog.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${package})
endforeach()

# ---- the packages
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME wend)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "${WEND_MAINTAINER}")
set(CPACK_PACKAGE_HOMEPAGE_URL "${WEND_HOMEPAGE}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY ${made}/out)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL wend libwend0 libwend-store0 libwend-dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${WEND_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_DEBIAN_WEND_PACKAGE_NAME wend)
set(CPACK_DEBIAN_WEND_PACKAGE_SECTION devel)
# Time zones are read from tzdata, and every decision depends on them; the service's user is made by sysusers.
set(CPACK_DEBIAN_WEND_PACKAGE_DEPENDS "tzdata, default-systemd-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_WEND_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_DEBIAN_WEND_PACKAGE_SUGGESTS "git")
set(CPACK_DEBIAN_WEND_DESCRIPTION "language for customer journeys, checked and compiled
Wend is a language for customer journeys: who people are to the business,
what to say to them and what must never happen. A program is checked as a
whole, compiled to native code and run over a stream of events.

This package has the program wend: it checks, tests, formats and explains
projects, runs them over files, and serves them as a daemon with a store of
its own.")
set(CPACK_DEBIAN_WEND_PACKAGE_CONTROL_EXTRA "${packaging}/postinst;${packaging}/prerm;${packaging}/postrm;${packaging}/conffiles")

set(CPACK_DEBIAN_LIBWEND0_PACKAGE_NAME libwend0)
set(CPACK_DEBIAN_LIBWEND0_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBWEND0_PACKAGE_DEPENDS "tzdata")
set(CPACK_DEBIAN_LIBWEND0_DESCRIPTION "customer journeys in Wend, inside another program
The pure step of Wend behind a C interface: a program, the bytes of a user
and an event in, the new bytes and the decisions out.")
set(CPACK_DEBIAN_LIBWEND0_PACKAGE_CONTROL_EXTRA "${packaging}/triggers")

set(CPACK_DEBIAN_LIBWEND-STORE0_PACKAGE_NAME libwend-store0)
set(CPACK_DEBIAN_LIBWEND-STORE0_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBWEND-STORE0_PACKAGE_DEPENDS "tzdata")
set(CPACK_DEBIAN_LIBWEND-STORE0_DESCRIPTION "customer journeys in Wend, inside another program, with a store
The step of Wend behind a C interface, over a store of its own that knows who
is who, what has been seen and who is due.")
set(CPACK_DEBIAN_LIBWEND-STORE0_PACKAGE_CONTROL_EXTRA "${packaging}/triggers")

set(CPACK_DEBIAN_LIBWEND-DEV_PACKAGE_NAME libwend-dev)
set(CPACK_DEBIAN_LIBWEND-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBWEND-DEV_PACKAGE_DEPENDS "libwend0 (= ${PROJECT_VERSION}), libwend-store0 (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_LIBWEND-DEV_DESCRIPTION "customer journeys in Wend, inside another program: headers
The headers of libwend and libwend_store, the step of Wend behind a C
interface, and what a linker needs.")
include(CPack)
