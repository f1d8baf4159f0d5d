#pragma once

#include "store/sqlite/sqlite_database.hpp"

#include <string>

namespace jobaudit::store {

/// What a database of audits consists of. `runs` holds a row for each audit; those that one audit writes in the other
/// tables have numbers from `first_…` on.
///
/// A database says by its application_id that it is one, and by its user_version of which version its tables are.
/// Tables and views of others in it are left alone.

/// What a file is that is to hold a database of audits.
enum class database_kind : std::uint8_t {
    empty,    ///< nothing stands there
    audits,   ///< ours
    newer,    ///< ours, of a version that is not known here
    foreign,  ///< another database
};
[[nodiscard]] database_kind kind_of(sqlite_database& database);

/// Makes the tables and views in an empty database, in one transaction.
void create_schema(sqlite_database& database);

/// Compares the tables with what create_schema makes: the name of one that is missing or was changed, or empty. Also
/// that of a view or an index whose row does not bear the name that its SQL gives it: it could not be made anew.
[[nodiscard]] std::string changed_table(sqlite_database& database);

/// Makes views anew that are missing or were changed: their names, with commas; empty where all are as they should be.
[[nodiscard]] std::string restore_views(sqlite_database& database);

/// The indices are dropped while a run adds rows, as each row would find its place in them one by one, and are made
/// when it ends.
void drop_indices(sqlite_database& database);
void create_indices(sqlite_database& database);

}  // namespace jobaudit::store
