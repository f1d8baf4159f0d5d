#pragma once

#include <cstddef>
#include <memory>
#include <netdb.h>
#include <string>
#include <vector>

namespace jobaudit::test {

/// Stands before the system's name service for one name: this executable's getaddrinfo answers for it from here, all
/// other names go to the system.
class scripted_name {
public:
    struct reply {
        int code = 0;                          ///< of getaddrinfo
        std::vector<std::string> addresses{};  ///< in their order, numeric
    };

    /// The k-th question gets the k-th reply; the last one repeats.
    scripted_name(std::string name, std::vector<reply> replies);
    scripted_name(const scripted_name&) = delete;
    scripted_name& operator=(const scripted_name&) = delete;
    ~scripted_name();

    [[nodiscard]] std::size_t questions() const;

    /// Questions are not answered until let_go.
    void hold();
    void let_go();

    struct entry;

private:
    std::string name_;
    std::shared_ptr<entry> entry_;
};

}  // namespace jobaudit::test
