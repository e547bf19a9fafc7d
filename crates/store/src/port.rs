//! The port of `model`, answered by either database in the same words.

/// Implements [`tollgate_model::Store`] for an [`crate::engine::Engine`].
macro_rules! answer_the_port {
    ($backend:ty) => {
        impl ::tollgate_model::Store for $backend {
            fn keep(
                &self,
                changes: Vec<::tollgate_model::Change>,
            ) -> Answer<'_, Result<::tollgate_model::Kept, Fault>> {
                Box::pin(async move {
                    if changes.is_empty() {
                        return Ok(::tollgate_model::Kept::Done);
                    }
                    $crate::engine::Engine::write(self, $crate::change::work(&changes)?).await
                })
            }

            fn client<'a>(
                &'a self,
                id: &'a ::tollgate_model::ClientId,
            ) -> Answer<'a, Result<Option<::tollgate_model::ClientRecord>, Fault>> {
                Box::pin($crate::client::record(self, id))
            }

            fn clients<'a>(
                &'a self,
                account: Option<&'a ::tollgate_model::AccountId>,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Client>, Fault>> {
                Box::pin($crate::client::page(self, account, page))
            }

            fn secrets<'a>(
                &'a self,
                client: &'a ::tollgate_model::ClientId,
            ) -> Answer<'a, Result<Vec<::tollgate_model::Secret>, Fault>> {
                Box::pin($crate::secret::of_client(self, client))
            }

            fn account<'a>(
                &'a self,
                id: &'a ::tollgate_model::AccountId,
            ) -> Answer<'a, Result<Option<::tollgate_model::Account>, Fault>> {
                Box::pin($crate::account::one(self, id))
            }

            fn accounts<'a>(
                &'a self,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Account>, Fault>> {
                Box::pin($crate::account::page(self, page))
            }

            fn member<'a>(
                &'a self,
                id: &'a ::tollgate_model::MemberId,
            ) -> Answer<'a, Result<Option<::tollgate_model::Member>, Fault>> {
                Box::pin($crate::member::one(self, id))
            }

            fn member_by_email<'a>(
                &'a self,
                account: &'a ::tollgate_model::AccountId,
                email: &'a str,
            ) -> Answer<'a, Result<Option<::tollgate_model::Member>, Fault>> {
                Box::pin($crate::member::by_email(self, account, email))
            }

            fn members<'a>(
                &'a self,
                account: &'a ::tollgate_model::AccountId,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Member>, Fault>> {
                Box::pin($crate::member::page(self, account, page))
            }

            fn apis(&self) -> Answer<'_, Result<Vec<::tollgate_model::Api>, Fault>> {
                Box::pin($crate::api::every(self))
            }

            fn routes(&self) -> Answer<'_, Result<Vec<::tollgate_model::Route>, Fault>> {
                Box::pin($crate::route::every(self))
            }

            fn signing_keys(&self) -> Answer<'_, Result<Vec<::tollgate_model::SigningKeyRow>, Fault>> {
                Box::pin($crate::key::every(self))
            }

            fn operator<'a>(
                &'a self,
                digest: &'a str,
            ) -> Answer<'a, Result<Option<::tollgate_model::Operator>, Fault>> {
                Box::pin($crate::operator::by_digest(self, digest))
            }

            fn operators(&self) -> Answer<'_, Result<Vec<::tollgate_model::Operator>, Fault>> {
                Box::pin($crate::operator::every(self))
            }

            fn revocations(
                &self,
                now: ::tollgate_model::Moment,
            ) -> Answer<'_, Result<Vec<::tollgate_model::Revocation>, Fault>> {
                Box::pin($crate::revocation::in_force(self, now))
            }

            fn events<'a>(
                &'a self,
                filter: &'a ::tollgate_model::event::EventFilter,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Event>, Fault>> {
                Box::pin($crate::event::page(self, filter, page))
            }

            fn usage<'a>(
                &'a self,
                client: &'a ::tollgate_model::ClientId,
            ) -> Answer<'a, Result<Vec<::tollgate_model::Usage>, Fault>> {
                Box::pin($crate::usage::of_client(self, client))
            }

            fn allowance<'a>(
                &'a self,
                bucket: &'a str,
            ) -> Answer<'a, Result<Option<::tollgate_model::Allowance>, Fault>> {
                Box::pin($crate::allowance::one(self, bucket))
            }

            fn client_lines<'a>(
                &'a self,
                filter: &'a ::tollgate_model::ClientFilter,
                now: ::tollgate_model::Moment,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::ClientLine>, Fault>> {
                Box::pin($crate::client_line::page(self, filter, now, page))
            }

            fn sealed_secret<'a>(
                &'a self,
                id: &'a ::tollgate_model::SecretId,
            ) -> Answer<'a, Result<Option<Vec<u8>>, Fault>> {
                Box::pin($crate::secret::sealed(self, id))
            }

            fn secret<'a>(&'a self, digest: &'a str) -> Answer<'a, Result<Option<::tollgate_model::Secret>, Fault>> {
                Box::pin($crate::secret::by_digest(self, digest))
            }

            fn secrets_expiring(
                &self,
                from: ::tollgate_model::Moment,
                to: ::tollgate_model::Moment,
            ) -> Answer<'_, Result<Vec<::tollgate_model::Secret>, Fault>> {
                Box::pin($crate::secret::expiring(self, from, to))
            }

            fn accounts_like<'a>(
                &'a self,
                text: &'a str,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Account>, Fault>> {
                Box::pin($crate::account::like(self, text, page))
            }

            fn memberships<'a>(
                &'a self,
                email: &'a str,
            ) -> Answer<'a, Result<Vec<(::tollgate_model::Member, ::tollgate_model::Account)>, Fault>> {
                Box::pin($crate::member::places(self, email))
            }

            fn user<'a>(
                &'a self,
                id: &'a ::tollgate_model::UserId,
            ) -> Answer<'a, Result<Option<::tollgate_model::User>, Fault>> {
                Box::pin($crate::user::one(self, id))
            }

            fn user_by_email<'a>(
                &'a self,
                email: &'a str,
            ) -> Answer<'a, Result<Option<::tollgate_model::User>, Fault>> {
                Box::pin($crate::user::by_email(self, email))
            }

            fn users<'a>(
                &'a self,
                operators: bool,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::User>, Fault>> {
                Box::pin($crate::user::page(self, operators, page))
            }

            fn session<'a>(
                &'a self,
                digest: &'a str,
            ) -> Answer<'a, Result<Option<(::tollgate_model::Session, ::tollgate_model::User)>, Fault>> {
                Box::pin($crate::session::by_digest(self, digest))
            }

            fn sessions<'a>(
                &'a self,
                user: &'a ::tollgate_model::UserId,
            ) -> Answer<'a, Result<Vec<::tollgate_model::Session>, Fault>> {
                Box::pin($crate::session::of_user(self, user))
            }

            fn link<'a>(&'a self, digest: &'a str) -> Answer<'a, Result<Option<::tollgate_model::Link>, Fault>> {
                Box::pin($crate::link::by_digest(self, digest))
            }

            fn mails_due(
                &self,
                now: ::tollgate_model::Moment,
            ) -> Answer<'_, Result<Vec<::tollgate_model::Mail>, Fault>> {
                Box::pin($crate::mail::due(self, now))
            }

            fn mails<'a>(
                &'a self,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Mail>, Fault>> {
                Box::pin($crate::mail::page(self, page))
            }

            fn mail<'a>(
                &'a self,
                id: &'a ::tollgate_model::MailId,
            ) -> Answer<'a, Result<Option<::tollgate_model::Mail>, Fault>> {
                Box::pin($crate::mail::one(self, id))
            }

            fn hooks<'a>(
                &'a self,
                account: &'a ::tollgate_model::AccountId,
            ) -> Answer<'a, Result<Vec<::tollgate_model::Hook>, Fault>> {
                Box::pin($crate::hook::of_account(self, account))
            }

            fn hook<'a>(
                &'a self,
                id: &'a ::tollgate_model::HookId,
            ) -> Answer<'a, Result<Option<::tollgate_model::Hook>, Fault>> {
                Box::pin($crate::hook::one(self, id))
            }

            fn deliveries<'a>(
                &'a self,
                hook: &'a ::tollgate_model::HookId,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Delivery>, Fault>> {
                Box::pin($crate::delivery::page(self, hook, page))
            }

            fn delivery<'a>(
                &'a self,
                id: &'a ::tollgate_model::DeliveryId,
            ) -> Answer<'a, Result<Option<::tollgate_model::Delivery>, Fault>> {
                Box::pin($crate::delivery::one(self, id))
            }

            fn deliveries_due(
                &self,
                now: ::tollgate_model::Moment,
            ) -> Answer<'_, Result<Vec<::tollgate_model::Delivery>, Fault>> {
                Box::pin($crate::delivery::due(self, now))
            }

            fn alerts<'a>(
                &'a self,
                account: &'a ::tollgate_model::AccountId,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Alert>, Fault>> {
                Box::pin($crate::alert::page(self, account, page))
            }

            fn applications<'a>(
                &'a self,
                account: Option<&'a ::tollgate_model::AccountId>,
                state: Option<::tollgate_model::application::ApplicationState>,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Application>, Fault>> {
                Box::pin($crate::application::page(self, account, state, page))
            }

            fn application<'a>(
                &'a self,
                id: &'a ::tollgate_model::ApplicationId,
            ) -> Answer<'a, Result<Option<::tollgate_model::Application>, Fault>> {
                Box::pin($crate::application::one(self, id))
            }

            fn calls<'a>(
                &'a self,
                filter: &'a ::tollgate_model::call::CallFilter,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Call>, Fault>> {
                Box::pin($crate::call::page(self, filter, page))
            }

            fn audit_head(&self) -> Answer<'_, Result<::tollgate_model::AuditHead, Fault>> {
                Box::pin($crate::event::head(self))
            }

            fn audit_after(&self, seq: i64) -> Answer<'_, Result<Vec<::tollgate_model::Event>, Fault>> {
                Box::pin($crate::event::after(self, seq))
            }

            fn checkpoints(&self, after: i64) -> Answer<'_, Result<Vec<::tollgate_model::Checkpoint>, Fault>> {
                Box::pin($crate::checkpoint::after(self, after))
            }

            fn authorization<'a>(
                &'a self,
                id: &'a ::tollgate_model::AuthorizationId,
            ) -> Answer<'a, Result<Option<::tollgate_model::Authorization>, Fault>> {
                Box::pin($crate::authorization::one(self, id))
            }

            fn authorization_by_code<'a>(
                &'a self,
                digest: &'a str,
            ) -> Answer<'a, Result<Option<::tollgate_model::Authorization>, Fault>> {
                Box::pin($crate::authorization::by_code(self, digest))
            }

            fn authorizations_of<'a>(
                &'a self,
                session: &'a ::tollgate_model::SessionId,
            ) -> Answer<'a, Result<Vec<::tollgate_model::Authorization>, Fault>> {
                Box::pin($crate::authorization::of_session(self, session))
            }

            fn consent<'a>(
                &'a self,
                user: &'a ::tollgate_model::UserId,
                client: &'a ::tollgate_model::ClientId,
            ) -> Answer<'a, Result<Option<::tollgate_model::Consent>, Fault>> {
                Box::pin($crate::consent::one(self, user, client))
            }

            fn consent_by_id<'a>(
                &'a self,
                id: &'a ::tollgate_model::ConsentId,
            ) -> Answer<'a, Result<Option<::tollgate_model::Consent>, Fault>> {
                Box::pin($crate::consent::by_id(self, id))
            }

            fn consents<'a>(
                &'a self,
                user: &'a ::tollgate_model::UserId,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<
                'a,
                Result<::tollgate_model::Listed<(::tollgate_model::Consent, ::tollgate_model::Client)>, Fault>,
            > {
                Box::pin($crate::consent::of_user(self, user, page))
            }

            fn consents_at<'a>(
                &'a self,
                client: &'a ::tollgate_model::ClientId,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::Consent>, Fault>> {
                Box::pin($crate::consent::at_client(self, client, page))
            }

            fn family<'a>(
                &'a self,
                handle: &'a str,
            ) -> Answer<'a, Result<Option<(::tollgate_model::RefreshFamily, ::tollgate_model::User)>, Fault>> {
                Box::pin($crate::family::by_handle(self, handle))
            }

            fn families<'a>(
                &'a self,
                consent: &'a ::tollgate_model::ConsentId,
            ) -> Answer<'a, Result<Vec<::tollgate_model::RefreshFamily>, Fault>> {
                Box::pin($crate::family::under(self, consent))
            }

            fn identity<'a>(
                &'a self,
                connection: &'a str,
                subject: &'a str,
            ) -> Answer<'a, Result<Option<::tollgate_model::Identity>, Fault>> {
                Box::pin($crate::identity::one(self, connection, subject))
            }

            fn farewells_due(
                &self,
                now: ::tollgate_model::Moment,
            ) -> Answer<'_, Result<Vec<::tollgate_model::Farewell>, Fault>> {
                Box::pin($crate::farewell::due(self, now))
            }

            fn transitions(&self) -> Answer<'_, Result<Vec<::tollgate_model::Dated>, Fault>> {
                Box::pin($crate::transition::every(self))
            }

            fn legacy_credential<'a>(
                &'a self,
                digest: &'a str,
            ) -> Answer<'a, Result<Option<::tollgate_model::LegacyCredential>, Fault>> {
                Box::pin($crate::legacy::by_digest(self, digest))
            }

            fn legacy_credentials<'a>(
                &'a self,
                account: Option<&'a ::tollgate_model::AccountId>,
                page: &'a ::tollgate_model::Page,
            ) -> Answer<'a, Result<::tollgate_model::Listed<::tollgate_model::LegacyCredential>, Fault>> {
                Box::pin($crate::legacy::page(self, account, page))
            }

            fn legacy_uses<'a>(
                &'a self,
                account: Option<&'a ::tollgate_model::AccountId>,
                from_day: i64,
            ) -> Answer<'a, Result<Vec<::tollgate_model::LegacyUse>, Fault>> {
                Box::pin($crate::legacy::uses(self, account, from_day))
            }

            fn spent<'a>(
                &'a self,
                slots: &'a [(String, ::tollgate_model::Moment)],
            ) -> Answer<'a, Result<Vec<i64>, Fault>> {
                Box::pin($crate::spent::of_slots(self, slots))
            }

            fn head(&self) -> Answer<'_, Result<::tollgate_model::Seq, Fault>> {
                Box::pin($crate::log::head(self))
            }

            fn log_after(&self, seq: ::tollgate_model::Seq) -> Answer<'_, Result<::tollgate_model::Followed, Fault>> {
                Box::pin($crate::log::after(self, seq))
            }

            fn stirred(&self, seq: ::tollgate_model::Seq) -> Answer<'_, ()> {
                Box::pin($crate::engine::Engine::stirred(self, seq))
            }
        }
    };
}
pub(crate) use answer_the_port;
