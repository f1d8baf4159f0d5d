#include "client/context_end.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

#include <mutex>
#include <utility>
#include <vector>

namespace jobaudit::client_detail {

namespace asio = boost::asio;

class context_end::service final : public asio::execution_context::service {
public:
    static asio::execution_context::id id;

    explicit service(asio::execution_context& owner) : asio::execution_context::service{owner} {}

    void add(const std::shared_ptr<std::function<void()>>& destroyed)
    {
        const std::lock_guard lock{mutex_};
        std::erase_if(waiting_, [](const auto& each) { return each.expired(); });
        waiting_.emplace_back(destroyed);
    }

private:
    // A context shuts its services down from the youngest to the oldest, which is the one that holds its handlers.
    void shutdown() override
    {
        for (const auto& each : std::exchange(waiting_, {}))
            if (const auto destroyed = each.lock())
                (*destroyed)();
    }

    std::mutex mutex_;
    std::vector<std::weak_ptr<std::function<void()>>> waiting_;
};

asio::execution_context::id context_end::service::id;

context_end::context_end(const asio::any_io_executor& executor, std::function<void()> destroyed)
    : destroyed_{std::make_shared<std::function<void()>>(std::move(destroyed))}
{
    asio::use_service<service>(asio::query(executor, asio::execution::context)).add(destroyed_);
}

}  // namespace jobaudit::client_detail
