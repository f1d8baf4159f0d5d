#include "client/serial_executor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <optional>

namespace jobaudit::client_detail {

namespace asio = boost::asio;

namespace {

/// A strand around an executor whose type is known is smaller and faster than one around any.
template <class Executor>
std::optional<asio::any_io_executor> serial_of(const asio::any_io_executor& given)
{
    if (given.target<asio::strand<Executor>>() != nullptr)
        return given;
    if (const auto* bare = given.target<Executor>())
        return asio::strand<Executor>{*bare};
    return std::nullopt;
}

}  // namespace

asio::any_io_executor make_serial(const asio::any_io_executor& given)
{
    if (auto known = serial_of<asio::io_context::executor_type>(given))
        return *known;
    if (auto known = serial_of<asio::thread_pool::executor_type>(given))
        return *known;
    if (given.target<asio::strand<asio::any_io_executor>>() != nullptr)
        return given;
    return asio::strand<asio::any_io_executor>{given};
}

}  // namespace jobaudit::client_detail
