# gtest_suites(target LABEL label [TIMEOUT seconds] [PROPERTIES name value...]): one ctest test per GoogleTest suite of
# the program. CMake's own gtest_discover_tests makes one per test, each in a process of its own: a suite that starts
# servers would start them again for every test.
function(gtest_suites target)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "PROPERTIES" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set(list_file ${CMAKE_CURRENT_BINARY_DIR}/${target}_suites.cmake)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${target}> -DOUTPUT=${list_file} -DLABEL=${ARG_LABEL}
            -DTIMEOUT=${ARG_TIMEOUT} "-DPROPERTIES=${ARG_PROPERTIES}" -P ${CMAKE_SOURCE_DIR}/cmake/list_suites.cmake
    VERBATIM)
  # Not built yet: a test that fails, so that nothing passes unseen.
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake
    "if(EXISTS \"${list_file}\")\n  include(\"${list_file}\")\nelse()\n  add_test(${target}_NOT_BUILT ${target}_NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake)
endfunction()
