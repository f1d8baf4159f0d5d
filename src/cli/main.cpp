#include "cli/openssl_memory.hpp"
#include "cli/program.hpp"

#include <cstddef>

int main(int argc, char** argv)
{
    jobaudit::cli::keep_openssl_blocks();
    return jobaudit::cli::run_program({argv, static_cast<std::size_t>(argc)});
}
