#include "faults/fault_case.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>

using namespace jobaudit::test;

namespace {

std::vector<fault_case> all_rows()
{
    std::vector<fault_case> rows;
    for (auto* part : {connecting_faults, wire_faults, tls_faults, reply_faults, idle_faults})
        for (auto& row : part())
            rows.push_back(std::move(row));
    return rows;
}

std::string line_of(const fault_case& row, const effect& seen)
{
    std::ostringstream line;
    line << "| " << row.name << " | " << seen.outcome;
    if (seen.error)
        line << ": " << make_error_code(*seen.error).message();
    line << " | " << seen.attempts << " | " << seen.requests << " | " << seen.connections << " | " << seen.first
         << " |";
    return line.str();
}

}  // namespace

// With --log_level=message each row is printed: tests/fault-table.
BOOST_AUTO_TEST_SUITE(fault_table)

BOOST_DATA_TEST_CASE(comes_to_what_is_expected, boost::unit_test::data::make(all_rows()), row)
{
    const auto seen = effect_of(row);

    BOOST_TEST(seen == row.expected);
    BOOST_TEST_MESSAGE(line_of(row, seen));
}

BOOST_AUTO_TEST_CASE(names_each_of_its_rows_once)
{
    const auto rows = all_rows();
    std::set<std::string> names;
    for (const auto& row : rows)
        BOOST_TEST(names.insert(row.name).second, row.name);
    BOOST_TEST(names.size() >= 60U);
}

BOOST_AUTO_TEST_SUITE_END()
