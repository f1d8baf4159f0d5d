#include "report/document_table.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using jobaudit::report::document_table;

BOOST_AUTO_TEST_SUITE(document_tables)

BOOST_AUTO_TEST_CASE(number_each_document_once)
{
    document_table documents;

    BOOST_TEST(documents.add("a.pdf") == 0U);
    BOOST_TEST(documents.add("b.pdf") == 1U);
    BOOST_TEST(documents.add("a.pdf") == 0U);
}

BOOST_AUTO_TEST_CASE(give_back_all_names_however_long_and_many)
{
    document_table documents;
    std::vector<std::string> names{"", std::string(200'000, 'x'), "line\nbreak"};
    for (int i = 0; i < 20'000; ++i)
        names.push_back("file-" + std::to_string(i));
    for (const auto& each : names)
        documents.add(each);

    std::vector<std::string> found;
    documents.for_each([&](std::uint32_t number, std::string_view name) {
        BOOST_TEST_REQUIRE(number == found.size());
        found.emplace_back(name);
    });
    BOOST_TEST((found == names));
}

BOOST_AUTO_TEST_SUITE_END()
