#include "net/name_service.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <dlfcn.h>
#include <map>
#include <mutex>
#include <string_view>

namespace jobaudit::test {

namespace {

std::mutex mutex;
std::condition_variable changed;

}  // namespace

struct scripted_name::entry {
    std::vector<reply> replies;
    std::size_t questions = 0;
    bool held = false;
};

namespace {

std::map<std::string, std::shared_ptr<scripted_name::entry>, std::less<>>& entries()
{
    static std::map<std::string, std::shared_ptr<scripted_name::entry>, std::less<>> all;
    return all;
}

using look_up = int(const char*, const char*, const addrinfo*, addrinfo**);

look_up& of_the_system()
{
    static auto* const found = reinterpret_cast<look_up*>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return *found;
}

int all_of(const std::vector<std::string>& addresses, const char* service, const addrinfo* hints, addrinfo** found)
{
    addrinfo numeric{};
    if (hints != nullptr)
        numeric = *hints;
    numeric.ai_flags |= AI_NUMERICHOST;
    *found = nullptr;
    for (auto** end = found; const auto& address : addresses) {
        if (const int code = of_the_system()(address.c_str(), service, &numeric, end); code != 0)
            return code;
        while (*end != nullptr)
            end = &(*end)->ai_next;
    }
    return 0;
}

}  // namespace

scripted_name::scripted_name(std::string name, std::vector<reply> replies)
    : name_{std::move(name)}, entry_{std::make_shared<entry>()}
{
    const std::lock_guard lock{mutex};
    entry_->replies = std::move(replies);
    entries()[name_] = entry_;
}

scripted_name::~scripted_name()
{
    let_go();
    const std::lock_guard lock{mutex};
    entries().erase(name_);
}

std::size_t scripted_name::questions() const
{
    const std::lock_guard lock{mutex};
    return entry_->questions;
}

void scripted_name::hold()
{
    const std::lock_guard lock{mutex};
    entry_->held = true;
}

void scripted_name::let_go()
{
    const std::lock_guard lock{mutex};
    entry_->held = false;
    changed.notify_all();
}

}  // namespace jobaudit::test

// Stands before the C library's.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** found)
{
    using namespace jobaudit::test;
    scripted_name::reply reply;
    {
        std::unique_lock lock{mutex};
        const auto known = node != nullptr ? entries().find(std::string_view{node}) : entries().end();
        if (known == entries().end()) {
            lock.unlock();
            return of_the_system()(node, service, hints, found);
        }
        const auto entry = known->second;
        const auto turn = entry->questions++;
        // A test that waits for an answer which it holds back itself fails, rather than hang.
        changed.wait_for(lock, std::chrono::minutes{1}, [&entry] { return !entry->held; });
        reply = entry->replies[std::min(turn, entry->replies.size() - 1)];
    }
    return reply.code != 0 ? reply.code : all_of(reply.addresses, service, hints, found);
}
