# Everything that is not ours: Debian's libraries, and DuckDB from npm (package.json pins it).
find_package(Threads REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(EDIT REQUIRED IMPORTED_TARGET libedit)

# System includes, so that their warnings are not ours.
function(shardite_system_library name)
  cmake_parse_arguments(ARG "" "" "HEADER;LIBRARIES" ${ARGN})
  find_path(${name}_INCLUDE ${ARG_HEADER} REQUIRED)
  add_library(${name} INTERFACE)
  target_include_directories(${name} SYSTEM INTERFACE ${${name}_INCLUDE})
  target_link_libraries(${name} INTERFACE ${ARG_LIBRARIES})
endfunction()
shardite_system_library(shardite_simdjson HEADER simdjson.h LIBRARIES simdjson)
shardite_system_library(shardite_tomlplusplus HEADER toml++/toml.h)
shardite_system_library(shardite_cli11 HEADER CLI/CLI.hpp)

set(SHARDITE_NODE_MODULES ${CMAKE_SOURCE_DIR}/node_modules CACHE PATH "Where npm put the pinned packages")
set(SHARDITE_DUCKDB_DIR "" CACHE PATH "A DuckDB tree with src/include and a libduckdb.so, instead of npm's")
if(SHARDITE_DUCKDB_DIR)
  find_path(SHARDITE_DUCKDB_INCLUDE duckdb.hpp PATHS ${SHARDITE_DUCKDB_DIR} PATH_SUFFIXES src/include include
            NO_DEFAULT_PATH REQUIRED)
  find_library(SHARDITE_DUCKDB_LIBRARY duckdb PATHS ${SHARDITE_DUCKDB_DIR}
               PATH_SUFFIXES lib build/release/src src NO_DEFAULT_PATH REQUIRED)
else()
  set(SHARDITE_DUCKDB_INCLUDE ${SHARDITE_NODE_MODULES}/duckdb/src/duckdb/src/include)
  set(SHARDITE_DUCKDB_LIBRARY ${SHARDITE_NODE_MODULES}/@duckdb/node-bindings-linux-x64/libduckdb.so)
endif()
foreach(needed ${SHARDITE_DUCKDB_INCLUDE}/duckdb.hpp ${SHARDITE_DUCKDB_LIBRARY})
  if(NOT EXISTS ${needed})
    message(FATAL_ERROR "${needed} is missing: run `make setup` (npm ci), or pass -DSHARDITE_DUCKDB_DIR=")
  endif()
endforeach()

# The library stands in lib/ beside bin/, in the build tree as in an installed one: one relative rpath serves both.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
file(CREATE_LINK ${SHARDITE_DUCKDB_LIBRARY} ${CMAKE_BINARY_DIR}/lib/libduckdb.so SYMBOLIC)
add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES IMPORTED_LOCATION ${CMAKE_BINARY_DIR}/lib/libduckdb.so IMPORTED_SONAME libduckdb.so)
target_include_directories(duckdb SYSTEM INTERFACE ${SHARDITE_DUCKDB_INCLUDE})
