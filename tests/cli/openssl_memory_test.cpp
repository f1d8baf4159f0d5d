#include "cli/openssl_memory.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <malloc.h>
#include <vector>

namespace {

/// Ends as a thread's do.
class kept_blocks : public jobaudit::cli::kept_blocks {
public:
    kept_blocks() = default;
    kept_blocks(const kept_blocks&) = delete;
    kept_blocks& operator=(const kept_blocks&) = delete;
    ~kept_blocks() { give_back(); }
};

constexpr std::size_t record_buffer = 65'792;

/// No larger than `size` rounded up: malloc also gives what is too small a rest of the heap to be cut again.
void* smallest_block(std::size_t size)
{
    void* const block = std::malloc(size);
    if (::malloc_usable_size(block) < std::max<std::size_t>(size, 9) + 16)
        return block;
    void* const other = smallest_block(size);
    std::free(block);
    return other;
}

/// Keeps a block of `size` bytes that malloc gave, and takes one for `wanted`.
bool serves(std::size_t size, std::size_t wanted)
{
    kept_blocks kept;
    void* const block = smallest_block(size);
    if (!kept.keep(block)) {
        std::free(block);
        return false;
    }
    void* const taken = kept.take(wanted);
    BOOST_TEST((taken == nullptr || (taken == block && ::malloc_usable_size(taken) >= wanted)));
    std::free(taken);
    return taken != nullptr;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(openssl_memory)

BOOST_AUTO_TEST_CASE(gives_a_block_again_for_all_that_malloc_gives_such_blocks_for)
{
    // The sizes that glibc's blocks have.
    for (std::size_t size = 24; size <= 520; size += 16) {
        for (std::size_t wanted = size == 24 ? 1 : size - 15; wanted <= size; ++wanted)
            BOOST_TEST(serves(size, wanted), size << " bytes for " << wanted);
    }
    for (const std::size_t size : {std::size_t{16'384}, std::size_t{17'000}, record_buffer, std::size_t{130'000}})
        BOOST_TEST(serves(size, size), size);
}

BOOST_AUTO_TEST_CASE(gives_no_block_for_more_than_it_holds)
{
    for (std::size_t size = 1; size <= 500; ++size) {
        for (std::size_t wanted = size; wanted <= 520; ++wanted)
            (void)serves(size, wanted);
        BOOST_TEST(!serves(size, size + 40), size);
    }
    BOOST_TEST(!serves(17'000, record_buffer));
}

BOOST_AUTO_TEST_CASE(does_not_waste_a_large_block_on_a_request_for_much_less)
{
    BOOST_TEST(!serves(record_buffer, 17'000));
    BOOST_TEST(!serves(record_buffer, 100));
}

BOOST_AUTO_TEST_CASE(keeps_no_sizes_between_and_above_and_few_of_each)
{
    BOOST_TEST(!serves(1000, 1000));
    BOOST_TEST(!serves(8000, 8000));
    BOOST_TEST(!serves(1 << 20, 1 << 20));

    kept_blocks kept;
    std::vector<void*> refused;
    for (int i = 0; i < 20; ++i) {
        void* const block = std::malloc(100);
        if (!kept.keep(block))
            refused.push_back(block);
    }
    BOOST_TEST(!refused.empty());
    for (void* block : refused)
        std::free(block);
}

BOOST_AUTO_TEST_CASE(takes_nothing_from_where_nothing_is)
{
    kept_blocks kept;
    BOOST_TEST((kept.take(100) == nullptr));
    BOOST_TEST((kept.take(record_buffer) == nullptr));
    BOOST_TEST((kept.take(~std::size_t{0}) == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
