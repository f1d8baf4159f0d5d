#include "client/exception_text.hpp"

#include <new>

namespace jobaudit::client_detail {

std::string exception_text(const std::exception_ptr& thrown)
{
    try {
        std::rethrow_exception(thrown);
    } catch (const std::bad_alloc&) {
        return "out of memory";
    } catch (const std::exception& known) {
        return known.what();
    } catch (...) {
        return "an exception that is no std::exception";
    }
}

}  // namespace jobaudit::client_detail
