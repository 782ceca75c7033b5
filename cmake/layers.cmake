# wend_layer(folder_target SOURCES … DEPENDS …): a static library for one folder.
function(wend_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ${ARG_DEPENDS})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_DEPENDS})
  endif()
endfunction()

# wend_test(name SOURCES … DEPENDS …): a Catch2 program whose cases are ctest tests. Debian's
# Catch2WithMain saves the 11 s that compiling its main would cost.
function(wend_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} Catch2::Catch2WithMain)
  target_include_directories(${name} PRIVATE ${CMAKE_BINARY_DIR}/generated)   # test_paths.h
  if(NOT CMAKE_BUILD_TYPE STREQUAL Debug)
    target_compile_options(${name} PRIVATE -O0)   # what a test spends is in the libraries; the compiler's time is what one waits for
  endif()
  catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 600)
endfunction()
