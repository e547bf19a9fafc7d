//! Endpoints over real HTTP, a file per endpoint.
