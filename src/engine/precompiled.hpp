#pragma once
// Precompiled for the engine's and the CLI's targets: DuckDB's headers cost seconds per file otherwise.
#include <duckdb.hpp>
#include <duckdb/catalog/catalog.hpp>
#include <duckdb/common/types/data_chunk.hpp>
#include <duckdb/execution/physical_operator.hpp>
#include <duckdb/function/table_function.hpp>
#include <duckdb/main/client_context.hpp>
#include <duckdb/optimizer/optimizer_extension.hpp>
#include <duckdb/planner/expression/list.hpp>
#include <duckdb/planner/logical_operator.hpp>
#include <duckdb/planner/operator/list.hpp>
