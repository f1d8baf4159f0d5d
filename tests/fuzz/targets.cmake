# As in targets.hpp.
set(fuzz_targets response_reader failed_files gzip_body error_response redaction
    output_line job_file retry_after url proxy script)
