//! The console's pages over real HTTP, as a browser asks for them and as no browser does.

mod appointed;
mod door;
mod foreign;
mod forged;
mod guarded;
mod inert;
mod journeys;
mod roles;
mod routes;
mod secret;
mod transition;
