#define BOOST_TEST_MODULE jobaudit
#include <boost/test/unit_test.hpp>
