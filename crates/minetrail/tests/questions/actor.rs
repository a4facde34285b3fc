use serde_json::{Value, json};

use crate::world::{MINTED, ROLE_KEY, TOKEN, document, failed, stolen, told};

fn group<'a>(told: &'a Value, touch: &str) -> &'a Value {
    told["touched"]
        .as_array()
        .expect("the story is set up")
        .iter()
        .find(|group| group["touch"] == touch)
        .expect(touch)
}

#[test]
fn a_token_is_followed_to_the_user_and_the_role_it_made_and_took() {
    let folder = stolen();
    let told = document(folder.path(), &["actor", "logs", TOKEN]);
    assert_eq!(told["schema"], "minetrail.actor/1");
    let mut keys = vec![TOKEN, MINTED, ROLE_KEY];
    keys.sort_unstable();
    assert_eq!(told["keys"], json!(keys));
    assert_eq!(told["users"], json!(["arn:aws:iam::111122223333:user/mallory"]));
    assert_eq!(told["profile"]["calls"], 7);
    let became: Vec<&str> =
        told["became"].as_array().unwrap().iter().map(|link| link["by"].as_str().unwrap()).collect();
    assert_eq!(became, ["CreateUser", "CreateAccessKey", "AssumeRole"]);
}

#[test]
fn what_must_be_undone_is_sorted_by_what_it_means() {
    let folder = stolen();
    let told = document(folder.path(), &["actor", "logs", TOKEN]);
    assert_eq!(group(&told, "cover")["done"][0]["about"], "org-trail");
    assert_eq!(group(&told, "data")["done"][0]["undo"], "rotate the secret");
    assert_eq!(group(&told, "identity")["done"].as_array().unwrap().len(), 3);
    let compute = group(&told, "compute");
    assert_eq!(compute["done"], json!([]));
    assert_eq!(compute["refused"][0]["error"], "Client.VcpuLimitExceeded");
    assert_eq!(compute["refused"][0]["undo"], "");
}

#[test]
fn a_minted_key_leads_back_to_whoever_made_it() {
    let folder = stolen();
    let told = document(folder.path(), &["actor", "logs", MINTED]);
    assert_eq!(told["came_from"][0]["by"], "CreateAccessKey");
    assert_eq!(told["profile"]["calls"], 1);
    let told = document(folder.path(), &["actor", "logs", ROLE_KEY]);
    assert_eq!(told["came_from"][0]["from"], "web-app-role/i-0a1b2c3d4e5f60718");
}

#[test]
fn who_may_be_a_principal_an_instance_or_an_address() {
    let folder = stolen();
    let calls = |who: &str| document(folder.path(), &["actor", "logs", who])["profile"]["calls"].clone();
    assert_eq!(calls("web-app-role"), 7);
    assert_eq!(calls("i-0a1b2c3d4e5f60718"), 7);
    assert_eq!(calls("198.51.100.23"), 8);
    assert_eq!(calls("alice"), 1);
    assert_eq!(calls("nobody"), 0);
}

#[test]
fn a_page_begins_with_what_is_to_be_undone_and_keeps_to_its_width() {
    let folder = stolen();
    for columns in [80, 140] {
        let text = told(folder.path(), &["actor", "logs", TOKEN, "--columns", &columns.to_string()]);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(columns), "{widest:?}\n{text}");
        let (undo, links) = (text.find("To look at and to undo"), text.find("what it issued and made"));
        assert!(undo < links && undo.is_some(), "{text}");
        assert!(text.contains("→ rotate the secret"), "{text}");
    }
}

#[test]
fn standard_input_cannot_be_read_twice() {
    let folder = stolen();
    let (code, said) = failed(folder.path(), &["actor", "-", TOKEN]);
    assert!(code == 2 && said.contains("standard input can be read once"), "{said}");
}
