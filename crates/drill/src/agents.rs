//! User agents as current clients write them.

use crate::rng::Rng;

/// Returns the AWS CLI running `command` (as in `ec2.run-instances`) on a Mac or Linux desktop.
pub(crate) fn cli(rng: &mut Rng, command: &str) -> String {
    let os = *rng.pick(&["macos#24.5.0", "macos#25.1.0", "linux#6.8.0-45-generic"]);
    let arch = if os.starts_with("macos") { "arm64" } else { "x86_64" };
    format!(
        "aws-cli/2.{}.{} md/awscrt#0.28.4 ua/2.1 os/{os} md/arch#{arch} lang/python#3.13.9 md/pyimpl#CPython \
         m/Z,b,E cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#{command}",
        rng.between(27, 33),
        rng.between(0, 20),
    )
}

/// Returns the AWS CLI on an EC2 host with Amazon Linux.
pub(crate) fn cli_on_instance(command: &str) -> String {
    format!(
        "aws-cli/2.30.4 md/awscrt#0.28.4 ua/2.1 os/linux#6.1.148-173.267.amzn2023.x86_64 md/arch#x86_64 \
         lang/python#3.9.23 md/pyimpl#CPython m/b,E cfg/retry-mode#standard md/installer#source md/prompt#off \
         md/command#{command}"
    )
}

/// Returns Python's SDK on an ordinary Linux host.
pub(crate) fn boto3(rng: &mut Rng) -> String {
    let minor = rng.between(34, 40);
    let patch = rng.between(1, 180);
    format!(
        "Boto3/1.{minor}.{patch} md/Botocore#1.{minor}.{patch} ua/2.1 os/linux#5.15.0-119-generic md/arch#x86_64 \
         lang/python#3.11.9 md/pyimpl#CPython m/b,Z cfg/retry-mode#legacy Botocore/1.{minor}.{patch}"
    )
}

/// Returns Python's SDK inside a Lambda function.
pub(crate) fn boto3_in_lambda() -> String {
    "Boto3/1.40.4 md/Botocore#1.40.4 ua/2.1 os/linux#5.10.240-257.968.amzn2.x86_64 md/arch#x86_64 \
     lang/python#3.13.3 md/pyimpl#CPython exec-env/AWS_Lambda_python3.13 m/b,Z cfg/retry-mode#legacy \
     Botocore/1.40.4"
        .into()
}

/// Returns Java's SDK, as a long-running server uses it.
pub(crate) fn java() -> String {
    "aws-sdk-java/2.31.70 md/io#sync md/http#Apache ua/2.1 api/SQS#2.31.x os/Linux#6.1.148-173.267.amzn2023.x86_64 \
     lang/java#21.0.8 md/OpenJDK_64-Bit_Server_VM#21.0.8+9-LTS md/vendor#Amazon.com_Inc. md/en_US m/E,D"
        .into()
}

/// Returns Go's SDK with the name of the API it calls.
pub(crate) fn go(api: &str) -> String {
    format!(
        "aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.24.6 md/GOOS#linux md/GOARCH#amd64 api/{api}#1.60.0 m/E"
    )
}

/// Returns the Systems Manager agent.
pub(crate) fn ssm_agent() -> String {
    "aws-sdk-go/1.55.5 (go1.24.6; linux; amd64) amazon-ssm-agent/3.3.2299.0".into()
}

/// Returns Terraform.
pub(crate) fn terraform() -> String {
    "APN/1.0 HashiCorp/1.0 Terraform/1.12.2 (+https://www.terraform.io) terraform-provider-aws/6.9.0 \
     (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.38.0 ua/2.1 os/linux \
     lang/go#1.24.5 md/GOOS#linux md/GOARCH#amd64"
        .into()
}

/// Returns Pulumi.
pub(crate) fn pulumi() -> String {
    "APN/1.0 Pulumi/1.0 PulumiAws/7.3.0 (+https://www.pulumi.com) aws-sdk-go-v2/1.38.0 ua/2.1 os/linux \
     lang/go#1.24.5 md/GOOS#linux md/GOARCH#amd64"
        .into()
}

/// Returns Packer.
pub(crate) fn packer() -> String {
    "APN/1.0 HashiCorp/1.0 Packer/1.14.1 (+https://www.packer.io) aws-sdk-go/1.55.7 (go1.24.5; linux; amd64)"
        .into()
}

/// Returns Karpenter's controller.
pub(crate) fn karpenter() -> String {
    "aws-sdk-go-v2/1.38.1 ua/2.1 os/linux lang/go#1.24.6 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.244.0 \
     app/karpenter.sh-1.6.2 m/E"
        .into()
}

/// Returns the EC2 plugin of Jenkins.
pub(crate) fn jenkins() -> String {
    "aws-sdk-java/1.12.788 Linux/6.1.148-173.267.amzn2023.x86_64 OpenJDK_64-Bit_Server_VM/21.0.8+9-LTS java/21.0.8 \
     vendor/Amazon.com_Inc. cfg/retry-mode/legacy"
        .into()
}

/// Returns a scanner for configuration faults.
pub(crate) fn prowler(rng: &mut Rng) -> String {
    format!("{} Prowler/5.10.1", boto3(rng))
}

/// Returns a desktop browser.
pub(crate) fn browser(rng: &mut Rng) -> String {
    let version = rng.between(136, 147);
    let system =
        *rng.pick(&["Macintosh; Intel Mac OS X 10_15_7", "Windows NT 10.0; Win64; x64", "X11; Linux x86_64"]);
    format!(
        "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
    )
}
