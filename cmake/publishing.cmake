# What only whoever publishes Wend can know. Each is told here, with a default that is a placeholder, and read from here:
#
#   cmake --preset release -DWEND_HOMEPAGE=https://wend.example -DWEND_MAINTAINER='Ada <ada@wend.example>'
#
# The pages of editor-support name the same home page, and `OWNER/wend` and `GROUP/wend` for the repository on GitHub and GitLab:
# tests/unit/layers holds them to the default, so that whoever sets one finds them all.
set(WEND_HOMEPAGE "https://example.org/wend" CACHE STRING "where Wend is published: in SARIF reports (informationUri) and Debian packages")
set(WEND_MAINTAINER "Wend maintainers <maintainers@example.org>" CACHE STRING "who a Debian package says to write to")
