#pragma once

#include <boost/asio/any_io_executor.hpp>

namespace jobaudit::client_detail {

/// An executor that runs one handler at a time: `given`, where it shows that it does, otherwise a strand around it. Of
/// an io_context nobody can tell how many threads run it.
[[nodiscard]] boost::asio::any_io_executor make_serial(const boost::asio::any_io_executor& given);

}  // namespace jobaudit::client_detail
