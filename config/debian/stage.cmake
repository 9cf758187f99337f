# Run by cpack between installing into its staging folder and packing that: what only a Debian package has.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})

# Files below /etc are the site's own from their first change on: dpkg keeps them on an upgrade.
file(GLOB_RECURSE files LIST_DIRECTORIES false RELATIVE ${root} ${root}/etc/*)
list(SORT files)
list(TRANSFORM files PREPEND /)
list(JOIN files "\n" lines)
file(WRITE ${CPACK_PACKAGE_DIRECTORY}/conffiles "${lines}\n")

# Where editors find the jobs' schema from /etc.
foreach(file IN LISTS files)
    if(file MATCHES "/jobs/")
        file(READ ${root}${file} text)
        string(REPLACE "$schema=../../schema/" "$schema=/usr/share/billhouse/schema/" text "${text}")
        file(WRITE ${root}${file} "${text}")
    endif()
endforeach()

# Which of Debian's packages this one was built with.
execute_process(COMMAND dpkg-query --show g++ cmake libboost-program-options-dev libcurl4-openssl-dev libfmt-dev
                        libhowardhinnant-date-dev libpq-dev libpqxx-dev libssl-dev libyaml-cpp-dev rapidjson-dev zlib1g-dev
                OUTPUT_VARIABLE versions ERROR_QUIET)
file(WRITE ${root}/usr/share/doc/billhouse/built-with.txt "${versions}")
