//! The laws of the store. Both backends are held to every one; none is excused.
//!
//! A law is a scene: it is handed a [`Home`] (an empty database), opens it, and asserts. What races is
//! raced by [`RACERS`] tasks. A new [`tollgate_model::Change`] comes with its law.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "laws are tests; they live here so that both backends and other packages can run them"
)]

/// Everything on a list, after it was walked in pages of several lengths and was the same each time. A macro,
/// because a future that an argument makes is not seen to be `Send`.
macro_rules! walk {
    (|$page:ident| $read:expr, $cursor:expr) => {{
        let $page = ::tollgate_model::Page::first();
        let whole = $read.await.unwrap();
        assert_eq!(whole.next, None);
        for limit in [1, 2, 3, 200] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let $page = ::tollgate_model::Page { after, limit };
                let found = $read.await.unwrap();
                assert!(found.items.len() <= limit as usize);
                seen.extend(found.items);
                after = found.next;
                if after.is_none() {
                    break;
                }
                assert_eq!(after, seen.last().map($cursor));
            }
            assert_eq!(seen, whole.items, "{limit}");
        }
        whole.items
    }};
}
mod home;
mod sample;

mod atomic;
mod authorize;
mod chain;
mod contest;
mod desk;
mod farewell;
mod forged;
mod legacy;
mod lines;
mod listing;
mod log;
mod nouns;
mod people;
mod post;
mod race;
mod redeem;
mod refresh;
mod spent;
mod statements;
mod transition;

pub use home::Home;

use std::pin::Pin;
use tollgate_model::{Change, Kept, Store};

/// A law: a scene played in an empty database. It panics when the law is broken.
pub type Law = fn(Home) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// How many tasks race where something is raced.
pub const RACERS: usize = 32;

macro_rules! laws {
    ($($room:ident::$law:ident),* $(,)?) => {
        &[$((stringify!($law), |home| Box::pin($room::$law(home)))),*]
    };
}

/// Every law, by its sentence.
pub static LAWS: &[(&str, Law)] = laws![
    // the texts
    statements::every_statement_is_understood,
    // the nouns, and the condition of each change
    nouns::an_account_is_added_once_and_revised_at_its_version,
    nouns::an_account_keeps_the_plan_it_was_given,
    nouns::a_member_needs_its_account_and_an_address_of_its_own,
    nouns::a_member_is_revised_and_removed_at_its_version,
    nouns::an_api_needs_an_audience_of_its_own,
    nouns::an_api_is_removed_at_its_version_when_nobody_is_granted_it,
    nouns::a_client_is_added_once_and_to_an_account,
    nouns::a_client_is_revised_at_its_version_and_stays_with_its_account,
    nouns::a_secret_needs_its_client_and_a_digest_of_its_own,
    nouns::a_secret_is_expired_or_revoked_while_it_is_not_revoked,
    nouns::the_later_use_of_a_secret_stays,
    nouns::a_grant_needs_client_and_api_and_replaces_the_one_before,
    nouns::a_route_is_added_once_revised_and_removed_at_its_version,
    nouns::a_key_is_added_once_and_revised_at_its_version,
    nouns::the_first_operator_of_a_kind_is_first,
    nouns::an_operator_is_added_once_and_switched_off,
    nouns::the_last_active_operator_is_not_disabled,
    nouns::of_two_revocations_the_later_moments_stay,
    nouns::what_nobody_needs_is_forgotten,
    nouns::counts_of_a_day_add_up,
    nouns::an_allowance_ends_at_its_limit_and_begins_again_after_its_window,
    nouns::a_limit_of_nothing_gives_nothing,
    // what is read
    listing::a_client_comes_with_account_live_secrets_and_grants,
    listing::what_is_not_there_is_not_found,
    listing::lists_are_walked_page_by_page_in_the_order_of_octets,
    listing::another_accounts_records_are_not_listed,
    listing::events_are_told_newest_first_and_filtered,
    listing::a_page_is_never_longer_than_the_most,
    listing::a_hostile_cursor_is_only_a_cursor,
    listing::strange_text_comes_back_as_it_went_in,
    listing::nul_is_found_nowhere_and_kept_as_a_mark,
    // all or nothing
    atomic::an_empty_list_is_done,
    atomic::a_change_sees_those_before_it,
    atomic::a_stale_change_takes_the_whole_list_with_it,
    atomic::one_stale_keep_among_256_harms_nobody,
    atomic::what_was_kept_outlives_the_store,
    atomic::a_dropped_question_leaves_no_trace,
    // the change log
    log::news_are_told_in_order_and_once_each,
    log::what_has_no_news_does_not_move_the_log,
    log::a_log_is_read_a_thousand_entries_at_a_time,
    log::who_was_away_too_long_must_start_anew,
    log::nothing_beyond_the_head_is_forgotten,
    log::who_is_behind_is_stirred_at_once,
    log::a_follower_sees_every_news_once_and_in_order,
    log::a_second_node_follows_the_first,
    // races
    race::of_many_revisions_of_a_client_one_wins,
    race::of_many_revocations_of_a_secret_one_wins,
    race::of_many_first_operators_one_wins,
    race::of_many_operators_who_leave_at_once_one_stays,
    race::of_two_operators_who_disable_each_other_one_stays,
    race::of_many_members_with_one_address_one_wins,
    race::of_many_apis_with_one_audience_one_wins,
    race::of_many_takers_exactly_the_limit_wins,
    race::a_grant_and_the_removal_of_its_api_do_not_both_win,
    race::counts_are_not_lost_in_a_crowd,
    // people who sign in
    people::a_user_needs_an_id_and_an_address_of_its_own,
    people::a_user_is_revised_at_its_version_and_to_a_free_address,
    people::the_first_operator_among_users_is_first,
    people::users_are_listed_by_id_and_operators_alone,
    people::a_session_needs_its_user_and_a_digest_of_its_own,
    people::a_session_is_seen_later_and_shows_another_account,
    people::sessions_are_listed_last_begun_first_and_ended,
    people::a_link_is_spent_once,
    people::links_of_one_kind_to_one_address_are_dropped,
    // people at clients
    authorize::an_authorization_is_added_once_and_each_step_is_taken_once,
    authorize::spending_a_code_changes_nothing_but_the_stage,
    authorize::an_authorization_is_found_by_its_code_spent_or_not,
    authorize::the_authorizations_of_a_session_are_those_that_got_a_code_newest_first,
    authorize::a_person_gives_a_client_one_consent,
    authorize::a_consent_is_revised_at_its_version_and_stays_with_person_and_client,
    authorize::consents_are_listed_by_person_with_the_client_and_by_client,
    authorize::a_subject_of_a_connection_is_one_user,
    authorize::tokens_of_an_authorization_and_under_a_consent_are_revoked,
    refresh::a_family_needs_its_consent_and_a_handle_of_its_own,
    refresh::a_family_is_rotated_at_its_version_and_stays_bound,
    refresh::a_family_comes_with_its_user_as_of_one_moment,
    refresh::families_under_a_consent_are_told_oldest_first_and_go_with_it,
    refresh::what_is_over_of_people_at_clients_is_forgotten,
    farewell::a_farewell_is_tried_in_turn,
    farewell::farewells_that_are_due_come_longest_due_first,
    // what is sent
    post::a_mail_is_tried_in_turn_and_loses_its_text_when_it_arrives,
    post::mails_that_are_due_come_longest_due_first,
    post::mails_are_listed_newest_first_without_their_text,
    post::a_hook_needs_its_account_and_stays_with_it,
    post::a_removed_hook_takes_its_deliveries_with_it,
    post::a_delivery_needs_its_hook_and_is_tried_in_turn,
    post::deliveries_are_due_in_order_and_listed_newest_first_by_hook,
    post::a_hook_with_many_messages_keeps_no_other_waiting,
    post::an_alert_is_told_once_by_its_key,
    // what is asked about
    desk::an_application_needs_its_account_and_is_decided_at_its_version,
    desk::applications_are_listed_newest_first_by_account_and_state,
    desk::requests_are_told_newest_first_and_filtered,
    desk::a_secret_is_kept_sealed_where_the_house_wants_it,
    desk::secrets_that_expire_are_told_first_to_expire_first,
    desk::every_place_of_an_address_is_found_by_account_name,
    desk::an_account_has_all_apis_or_those_named,
    desk::what_the_console_needs_no_more_is_forgotten,
    // lists by name
    lines::clients_are_listed_by_name_and_then_by_id,
    lines::a_line_tells_account_last_use_and_living_secrets,
    lines::every_filter_of_clients_narrows,
    lines::a_search_finds_parts_of_names_and_beginnings_of_ids,
    lines::accounts_are_found_and_listed_by_name,
    // the audit log's chain
    chain::the_audit_log_is_a_chain_from_its_first_event,
    chain::a_long_audit_log_is_read_in_order,
    chain::a_stale_keep_leaves_neither_event_nor_head_changed,
    chain::many_record_at_once_and_the_chain_is_whole,
    chain::a_checkpoint_is_set_once_at_its_place,
    chain::a_log_from_before_the_chain_is_chained_from_its_end_on,
    // cursors
    forged::a_forged_cursor_leads_nowhere,
    forged::a_cursor_of_another_account_leads_nowhere,
    // races of the console
    contest::of_many_who_spend_a_link_one_wins,
    contest::of_many_who_try_a_mail_one_claims_it,
    contest::of_many_who_try_a_delivery_one_claims_it,
    contest::of_many_alerts_with_one_key_one_stays,
    contest::of_many_who_show_one_code_one_wins,
    contest::of_many_users_with_one_address_one_wins,
    contest::of_many_first_operators_among_users_one_wins,
    contest::beside_one_who_is_made_an_operator_one_at_most_is_the_first,
    contest::a_delivery_and_the_removal_of_its_hook_do_not_both_last,
    // races of people at clients
    redeem::of_200_who_redeem_a_code_one_wins,
    redeem::of_200_who_use_a_refresh_token_one_wins,
    redeem::of_many_consents_to_one_client_one_stays,
    redeem::of_many_identities_of_one_subject_one_stays,
    redeem::of_many_who_try_a_farewell_one_claims_it,
    redeem::a_family_and_the_removal_of_its_consent_do_not_both_last,
    // the way off the old authentication
    transition::a_transition_is_added_once_and_revised_at_its_version,
    transition::a_removed_transition_takes_its_exceptions_with_it,
    transition::an_exception_replaces_the_one_before_and_needs_transition_and_account,
    transition::exceptions_are_told_in_the_order_of_accounts,
    transition::every_change_to_a_transition_is_news_of_the_catalogue,
    legacy::a_legacy_credential_needs_its_owners_and_a_digest_of_its_own,
    legacy::a_legacy_credential_is_ended_once_and_by_its_own_account,
    legacy::a_removed_member_takes_its_legacy_credentials_with_it,
    legacy::legacy_credentials_are_listed_by_id_and_account,
    legacy::a_legacy_credential_is_forgotten_a_month_after_it_expired,
    legacy::uses_of_an_old_way_add_up_by_day,
    legacy::uses_of_an_old_way_are_told_newest_day_first,
    legacy::uses_of_an_old_way_are_told_ten_thousand_at_a_time,
    // how much may be asked
    spent::what_is_spent_of_a_slot_adds_up,
    spent::slots_are_told_in_the_order_in_which_they_are_asked_for,
    spent::a_bucket_with_nul_was_never_spent,
    spent::of_what_many_spend_at_once_nothing_is_lost,
    spent::a_slot_is_forgotten_a_day_after_its_end,
];

/// What keeping these changes says.
async fn keep(store: &dyn Store, changes: Vec<Change>) -> Kept {
    store.keep(changes).await.unwrap()
}

/// Keeps what must be kept.
async fn done(store: &dyn Store, changes: Vec<Change>) {
    assert_eq!(keep(store, changes).await, Kept::Done);
}

/// Offers what must be stale, and sees to it that it is without trace in the logs.
async fn stale(store: &dyn Store, changes: Vec<Change>) {
    let before = (store.head().await.unwrap(), store.audit_head().await.unwrap());
    assert_eq!(keep(store, changes).await, Kept::Stale);
    let after = (store.head().await.unwrap(), store.audit_head().await.unwrap());
    assert_eq!(after, before);
}
