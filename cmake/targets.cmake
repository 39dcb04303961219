# shardite_strict(target): warnings are errors in our own code.
function(shardite_strict target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports these inside the library's own code once it is inlined (GCC bugs 105329, 105651, 105562).
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread
                           -Wno-maybe-uninitialized)
  endif()
  if(SHARDITE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# shardite_layer(name left...): src/name as a static library that may use the layers to its left.
function(shardite_layer name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  if(NOT sources)  # a layer of headers
    set(sources ${CMAKE_BINARY_DIR}/${name}_has_no_sources.cpp)
    file(WRITE ${sources} "")
  endif()
  add_library(shardite_${name} STATIC ${sources})
  shardite_strict(shardite_${name})
  target_include_directories(shardite_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  foreach(left ${ARGN})
    target_link_libraries(shardite_${name} PUBLIC shardite_${left})
  endforeach()
endfunction()
