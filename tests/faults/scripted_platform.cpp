#include "faults/scripted_platform.hpp"

#include <algorithm>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>

namespace jobaudit::test {

namespace {

std::string job_in(std::string_view head)
{
    constexpr std::string_view before = "GET /api/v1/jobs/";
    constexpr std::string_view behind = "/failed-files HTTP/1.1\r\n";
    const auto end = head.find(behind);
    if (!head.starts_with(before) || end == std::string_view::npos)
        return {};
    return std::string{head.substr(before.size(), end - before.size())};
}

/// Until the client's machine has acknowledged everything, an end (FIN) among it.
void await_delivery(int descriptor)
{
    int unacknowledged = 0;
    while (::ioctl(descriptor, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0) {
        pollfd broken{descriptor, 0, 0};
        // What a reset has swept away is never acknowledged.
        if (::poll(&broken, 1, 1) == 1)
            return;
    }
}

}  // namespace

bool visit::receive()
{
    const auto head = connection.receive_head();
    if (head.empty())
        return false;
    job_ = job_in(head);
    const std::lock_guard lock{platform_.mutex_};
    ++platform_.requests_;
    times_asked_ = ++platform_.requests_of_[job_];
    return true;
}

std::string visit::body() const
{
    auto text =
        R"({"failed_files":[{"document":")" + scripted_platform::document_of(job_) + R"(","error":"unreadable"}])";
    constexpr std::string_view padding = R"(,"padding":""})";
    if (text.size() + padding.size() < platform_.body_size_)
        return text + R"(,"padding":")" + std::string(platform_.body_size_ - text.size() - padding.size(), 'x') + "\"}";
    return text + '}';
}

std::string visit::reply(std::string_view fields) const { return ok_reply(body(), fields); }

void visit::answer_all()
{
    while (receive())
        answer();
}

void visit::end_sending() const { ::shutdown(connection.descriptor(), SHUT_WR); }

void visit::idle_fault_is_there() const
{
    if (connection.descriptor() >= 0)
        await_delivery(connection.descriptor());
    const std::lock_guard lock{platform_.mutex_};
    platform_.idle_fault_is_there_ = true;
}

script honest()
{
    return [](visit& at) { at.answer_all(); };
}

std::string chunk_of(std::string_view data)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string size;
    for (auto rest = data.size(); rest != 0; rest /= 16)
        size.insert(size.begin(), digits[rest % 16]);
    return size + "\r\n" + std::string{data} + "\r\n";
}

scripted_platform::scripted_platform(SSL_CTX* tls, std::vector<script> scripts, bool persists, std::size_t body_size)
    : scripts_{std::move(scripts)}
    , body_size_{body_size}
    , persists_{persists}
    , peer_{{[this](peer_connection& connection) { serve(connection); }}, {.tls = tls}}
{}

void scripted_platform::recover()
{
    const std::lock_guard lock{mutex_};
    persists_ = false;
    begun_ = scripts_.size();
}

std::size_t scripted_platform::requests() const
{
    const std::lock_guard lock{mutex_};
    return requests_;
}

std::size_t scripted_platform::requests_of(const job_id& job) const
{
    const std::lock_guard lock{mutex_};
    const auto found = requests_of_.find(job.to_string());
    return found != requests_of_.end() ? found->second : 0;
}

std::size_t scripted_platform::open() const
{
    const std::lock_guard lock{mutex_};
    return open_;
}

bool scripted_platform::idle_fault_is_there() const
{
    const std::lock_guard lock{mutex_};
    return idle_fault_is_there_;
}

script scripted_platform::next_script()
{
    const std::lock_guard lock{mutex_};
    ++open_;
    const auto turn = begun_++;
    if (turn < scripts_.size())
        return scripts_[turn];
    return persists_ ? scripts_.back() : honest();
}

void scripted_platform::serve(peer_connection& connection)
{
    // A connection whose handshake failed has no script: it ends here.
    if (connection.tls() == nullptr || connection.handshake_done()) {
        const auto act = next_script();
        visit at{*this, connection};
        act(at);
        connection.close();
        const std::lock_guard lock{mutex_};
        --open_;
    }
}

}  // namespace jobaudit::test
