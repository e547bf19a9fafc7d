use super::{Accent, Assets, FILES, HeaderMap, HeaderValue, Logo, StatusCode, serve};
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use std::sync::Arc;
use tower::ServiceExt;

async fn get(assets: &Arc<Assets>, path: &str, tag: Option<&str>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let router: Router = serve(Arc::clone(assets));
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    if let Some(tag) = tag {
        request
            .headers_mut()
            .insert("if-none-match", HeaderValue::from_str(tag).unwrap());
    }
    let response: Response = router.oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    (head.status, head.headers, bytes.to_vec())
}

/// OP8: every file says what it is, and is taken for nothing else.
#[tokio::test]
async fn a_file_is_kept_for_ever_under_its_version() {
    let assets = Arc::new(Assets::new(None));
    for file in FILES {
        let path = format!("/console/assets/{}/{}", assets.version(), file.name);
        let (status, headers, bytes) = get(&assets, &path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(bytes, file.bytes, "{path}");
        assert_eq!(headers["content-type"], file.content_type);
        assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let tag = headers["etag"].to_str().unwrap().to_owned();
        for asked in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
            let (status, headers, bytes) = get(&assets, &path, Some(&asked)).await;
            assert_eq!((status, bytes.len()), (StatusCode::NOT_MODIFIED, 0), "{asked}");
            assert_eq!(headers["etag"], tag);
        }
        assert_eq!(get(&assets, &path, Some("\"other\"")).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn another_version_gets_the_file_but_may_not_keep_it() {
    let assets = Arc::new(Assets::new(None));
    let (status, headers, _) = get(&assets, "/console/assets/0/console.css", None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["cache-control"], "no-cache");
}

#[tokio::test]
async fn what_is_not_in_the_list_is_not_there() {
    let assets = Arc::new(Assets::new(None));
    for name in [
        "Cargo.toml",
        "..%2Fconsole.css",
        "%2e%2e%2f%2e%2e%2fCargo.toml",
        "console.css%00",
    ] {
        let path = format!("/console/assets/{}/{name}", assets.version());
        assert_eq!(get(&assets, &path, None).await.0, StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn a_vendors_colour_is_a_version_of_its_own() {
    let plain = Assets::new(None);
    let dressed = Arc::new(Assets::new(Some(&Accent::parse("#0a4b8f").unwrap())));
    assert_ne!(plain.version(), dressed.version());
    let path = format!("/console/assets/{}/vendor.css", dressed.version());
    let (status, headers, bytes) = get(&dressed, &path, None).await;
    assert_eq!(
        (status, &headers["content-type"]),
        (StatusCode::OK, &HeaderValue::from_static("text/css; charset=utf-8"))
    );
    assert!(String::from_utf8(bytes).unwrap().contains("#0a4b8f"));
}

#[test]
fn the_script_stays_small() {
    let script = FILES.iter().find(|file| file.name == "console.js").unwrap();
    assert!(script.bytes.len() < 7 * 1024, "{} bytes", script.bytes.len());
}

/// CO8, OP8: a vendor's logo is served as what it is, and runs nothing when it is opened by itself.
#[tokio::test]
async fn a_vendors_logo_is_a_drawing_and_nothing_else() {
    let drawing = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let logo = Logo::of(drawing.to_vec()).unwrap();
    let assets = Arc::new(Assets::dressed(None, Some(logo)));
    assert_ne!(assets.version(), Assets::new(None).version());
    let path = format!("/console/assets/{}/logo.svg", assets.version());
    let (status, headers, bytes) = get(&assets, &path, None).await;
    assert_eq!((status, bytes.as_slice()), (StatusCode::OK, &drawing[..]));
    assert_eq!(headers["content-type"], "image/svg+xml");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("sandbox"),
        "{policy}"
    );
    let other = format!("/console/assets/{}/logo.png", assets.version());
    assert_eq!(get(&assets, &other, None).await.0, StatusCode::NOT_FOUND);
}
