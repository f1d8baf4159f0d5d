#include <jobaudit/version.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(version)

BOOST_AUTO_TEST_CASE(is_that_of_the_project_in_each_of_its_forms)
{
    const std::string in_parts = std::to_string(JOBAUDIT_VERSION_MAJOR) + '.' + std::to_string(JOBAUDIT_VERSION_MINOR) +
                                 '.' + std::to_string(JOBAUDIT_VERSION_PATCH);
    BOOST_TEST(in_parts == JOBAUDIT_PROJECT_VERSION);
    BOOST_TEST(JOBAUDIT_VERSION_STRING == JOBAUDIT_PROJECT_VERSION);
    BOOST_TEST(JOBAUDIT_VERSION ==
               JOBAUDIT_VERSION_MAJOR * 10000 + JOBAUDIT_VERSION_MINOR * 100 + JOBAUDIT_VERSION_PATCH);
#if JOBAUDIT_VERSION < 10000
    BOOST_ERROR("the preprocessor cannot compare it");
#endif
}

BOOST_AUTO_TEST_SUITE_END()
