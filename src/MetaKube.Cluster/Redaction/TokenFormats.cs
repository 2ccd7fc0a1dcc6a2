using System.Buffers;

namespace MetaKube.Cluster.Redaction;

/// <summary>
/// The published formats of keys and tokens that are recognised without a name beside them. Their sources are the
/// issuers' documents and the rules of gitleaks and of GitHub's secret scanning.
/// </summary>
internal static class TokenFormats
{
    private const string Digits = "0123456789",
        Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        Lower = "abcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Digit = SearchValues.Create(Digits);
    private static readonly SearchValues<char> Hex = SearchValues.Create(Digits + "abcdefABCDEF");
    private static readonly SearchValues<char> Uuid = SearchValues.Create(Digits + "abcdefABCDEF-");
    private static readonly SearchValues<char> UpperDigit = SearchValues.Create(Upper + Digits);
    private static readonly SearchValues<char> LowerDigit = SearchValues.Create(Lower + Digits);
    private static readonly SearchValues<char> Alphanumeric = SearchValues.Create(Upper + Lower + Digits);
    private static readonly SearchValues<char> Word = SearchValues.Create(Upper + Lower + Digits + "_");
    private static readonly SearchValues<char> Url = SearchValues.Create(Upper + Lower + Digits + "_-");
    private static readonly SearchValues<char> Rancher = SearchValues.Create(Lower + Digits + ":");
    private static readonly SearchValues<char> Base64 = SearchValues.Create(Upper + Lower + Digits + "+/=");
    private static readonly SearchValues<char> Dotted = SearchValues.Create(Upper + Lower + Digits + "_-.");
    private static readonly SearchValues<char> Any = SearchValues.Create(Upper + Lower + Digits + "_-.+/=~%");
    private static readonly SearchValues<char> Crypt = SearchValues.Create(Upper + Lower + Digits + "./$,=+-:");

    public static readonly IReadOnlyList<TokenFormat> All =
    [
        // Clouds
        new("AWS access key", "AKIA", UpperDigit, 16, 16),
        new("AWS temporary access key", "ASIA", UpperDigit, 16, 16),
        new("AWS bearer token", "ABIA", UpperDigit, 16, 16),
        new("AWS context credential", "ACCA", UpperDigit, 16, 16),
        new("AWS session token", "IQoJb3JpZ2lu", Any, 60),
        new("AWS session token, older", "FwoGZXIvYXdz", Any, 60),
        new("AWS marketplace", "amzn.mws.", Uuid, 36),
        new("AWS Bedrock key", "ABSK", Base64, 100),
        new("Google API key", "AIza", Url, 35, 35),
        new("Google access token", "ya29.", Dotted, 20),
        new("Google client secret", "GOCSPX-", Url, 20),
        new("Google refresh token", "1//0", Url, 30),
        new("Google storage HMAC key", "GOOG1", UpperDigit, 50),
        new("Google authorization code", "4/0A", Url, 30),
        new("Azure client secret", "Q~", Dotted, 30, 40) { Before = Dotted, BeforeLength = (4, 4) },
        new("Azure storage key", "+ASt", Base64, 6, 14) { Before = Base64, BeforeLength = (70, 86) },
        new("Azure service bus key", "+ASb", Base64, 6, 14) { Before = Base64, BeforeLength = (30, 44) },
        new("Azure event hub key", "+AEh", Base64, 6, 14) { Before = Base64, BeforeLength = (30, 44) },
        new("Azure registry password", "+ACR", Base64, 6, 14) { Before = Base64, BeforeLength = (36, 46) },
        new("Azure Cosmos DB key", "ACDb", Base64, 6, 14) { Before = Base64, BeforeLength = (70, 86) },
        new("Azure function key", "AzFu", Base64, 6, 14) { Before = Url, BeforeLength = (40, 48) },
        new("Azure search key", "AzSe", Alphanumeric, 6, 14) { Before = Alphanumeric, BeforeLength = (40, 48) },
        new("Azure DevOps token", "AZDO", Alphanumeric, 4, 6) { Before = Alphanumeric, BeforeLength = (70, 80) },
        new("Azure AI key", "JQQJ99", Alphanumeric, 40) { Before = Alphanumeric, BeforeLength = (20, 40) },
        new("DigitalOcean token", "dop_v1_", Hex, 40),
        new("DigitalOcean OAuth token", "doo_v1_", Hex, 40),
        new("DigitalOcean refresh token", "dor_v1_", Hex, 40),
        new("Alibaba access key", "LTAI", Alphanumeric, 12, 28),
        new("Tencent secret id", "AKID", Alphanumeric, 28, 40),
        new("Yandex API key", "AQVN", Url, 35),
        new("Yandex IAM token", "t1.", Dotted, 80),
        new("Yandex secret key", "YCM", Url, 35, 40) { IsCommonSign = true },
        new("Scaleway access key", "SCW", UpperDigit, 17, 17),
        new("Cloudflare origin CA key", "v1.0-", Url, 140),
        new("Cloudflare user token", "cfut_", Url, 30),
        new("Cloudflare account token", "cfat_", Url, 30),
        new("Cloudflare tunnel token", "eyJhIjoi", Base64, 80),
        new("Heroku key", "HRKU-", Url, 30),
        new("Fly.io token", "fm2_", Any, 60),
        new("Fly.io access token", "fo1_", Url, 40),
        new("Fly.io macaroon", "fm1", Any, 80) { IsCommonSign = true },
        new("Render key", "rnd_", Alphanumeric, 20),
        new("Vercel token", "vcp_", Alphanumeric, 20),
        new("Vercel blob token", "vercel_blob_rw_", Word, 20),
        new("Netlify token", "nfp_", Alphanumeric, 30),
        new("PlanetScale token", "pscale_tkn_", Dotted, 30),
        new("PlanetScale password", "pscale_pw_", Dotted, 30),
        new("PlanetScale OAuth token", "pscale_oauth_", Dotted, 30),
        new("Supabase token", "sbp_", Alphanumeric, 36),
        new("Supabase secret key", "sb_secret_", Url, 20),
        new("Neon key", "napi_", Alphanumeric, 40),
        new("Databricks token", "dapi", Uuid, 32, 36),
        new("Aiven token", "aivenv1", Any, 80),
        new("MongoDB Atlas service account", "mdb_sa_sk_", Url, 30),
        new("CockroachDB key", "CCDB1_", Word, 30),
        new("HashiCorp cloud token", ".atlasv1.", Url, 40) { Before = Alphanumeric, BeforeLength = (14, 14) },
        new("Pulumi token", "pul-", Hex, 40),
        // Clusters and networks
        new("OpenShift token", "sha256~", Url, 40),
        new("Rancher token", "token-", Rancher, 55, 62),
        new("k3s token", "K10", Hex, 60),
        new("Tailscale key", "tskey-", Url, 20),
        new("NetBird token", "nbp_", Alphanumeric, 30),
        new("Portainer token", "ptr_", Base64, 40),
        new("Nebula key", "dnkey-", Url, 50),
        new("Vault service token", "hvs.", Url, 20),
        new("Vault batch token", "hvb.", Url, 20),
        new("Vault recovery token", "hvr.", Url, 20),
        new("Vault service token, older", "s.", Alphanumeric, 24, 24) { IsCommonSign = true },
        new("age identity", "AGE-SECRET-KEY-1", UpperDigit, 40),
        new("age plugin identity", "AGE-PLUGIN-", UpperDigit, 30),
        new("1Password service account", "ops_eyJ", Any, 60),
        new("1Password secret key", "A3-", UpperDigit, 6, 6),
        new("Doppler personal token", "dp.pt.", Alphanumeric, 40),
        new("Doppler service token", "dp.st.", Dotted, 40),
        new("Doppler CLI token", "dp.ct.", Alphanumeric, 40),
        new("Doppler account token", "dp.sa.", Alphanumeric, 40),
        new("Infisical token", "st.", Dotted, 60) { IsCommonSign = true },
        // Code, packages, pipelines
        new("GitHub token", "ghp_", Alphanumeric, 30),
        new("GitHub OAuth token", "gho_", Alphanumeric, 30),
        new("GitHub user token", "ghu_", Alphanumeric, 30),
        new("GitHub server token", "ghs_", Any, 30),
        new("GitHub refresh token", "ghr_", Alphanumeric, 30),
        new("GitHub fine-grained token", "github_pat_", Word, 20),
        new("GitLab access token", "glpat-", Dotted, 20),
        new("GitLab OAuth secret", "gloas-", Dotted, 20),
        new("GitLab deploy token", "gldt-", Dotted, 18),
        new("GitLab runner token", "glrt-", Dotted, 18),
        new("GitLab runner token by project", "glrtr-", Dotted, 18),
        new("GitLab job token", "glcbt-", Dotted, 18),
        new("GitLab trigger token", "glptt-", Dotted, 18),
        new("GitLab feed token", "glft-", Dotted, 18),
        new("GitLab mail token", "glimt-", Dotted, 18),
        new("GitLab agent token", "glagent-", Dotted, 18),
        new("GitLab SCIM token", "glsoat-", Dotted, 18),
        new("GitLab feature flag token", "glffct-", Dotted, 18),
        new("GitLab registration token", "GR1348941", Url, 20),
        new("GitLab workspace token", "glwt-", Dotted, 18),
        new("Bitbucket app password", "ATBB", Any, 24, 40),
        new("Bitbucket access token", "ATCTT3", Any, 60),
        new("Atlassian API token", "ATATT3", Any, 60),
        new("Atlassian admin token", "ATSTT3", Any, 60),
        new("Sourcegraph token", "sgp_", Word, 40),
        new("Sourcegraph dotcom token", "slk_", Hex, 60),
        new("npm token", "npm_", Alphanumeric, 30),
        new("PyPI token", "pypi-", Url, 50),
        new("RubyGems key", "rubygems_", Hex, 40),
        new("crates.io token", "cio", Alphanumeric, 32, 32) { IsCommonSign = true },
        new("NuGet key", "oy2", LowerDigit, 43, 43),
        new("Clojars token", "CLOJARS_", Alphanumeric, 50),
        new("Packagist token", "packagist_", Word, 40),
        new("Docker Hub token", "dckr_pat_", Url, 20),
        new("Docker organization token", "dckr_oat_", Url, 20),
        new("JFrog key", "AKCp", Alphanumeric, 60),
        new("JFrog reference token", "cmVmdGtuOj", Base64, 40),
        new("SonarQube project token", "sqp_", Alphanumeric, 40),
        new("SonarQube user token", "squ_", Alphanumeric, 40),
        new("SonarQube analysis token", "sqa_", Alphanumeric, 40),
        new("CircleCI personal token", "CCIPAT_", Word, 40),
        new("CircleCI project token", "CCIPRJ_", Word, 40),
        new("Buildkite user token", "bkua_", Alphanumeric, 30),
        new("Buildkite agent token", "bkct_", Word, 30),
        new("Buildkite agent token, older", "bkat_", Word, 30),
        new("Octopus key", "API-", UpperDigit, 26, 40),
        new("Harness token", "pat.", Dotted, 50) { IsCommonSign = true },
        new("Postman key", "PMAK-", Uuid, 50),
        new("Prefect key", "pnu_", Alphanumeric, 36),
        new("Prefect service key", "pnb_", Alphanumeric, 36),
        new("Codefresh or Argo session", "eyJhcGkuY29kZWZyZXNo", Any, 20),
        new("Snyk token", "snyk_", Dotted, 30),
        new("Chromatic token", "chpt_", Alphanumeric, 10),
        // Chats, mail, social networks
        new("Slack bot token", "xoxb-", Url, 10),
        new("Slack user token", "xoxp-", Url, 10),
        new("Slack workspace token", "xoxa-", Url, 10),
        new("Slack refresh token", "xoxe-", Url, 10),
        new("Slack rotated token", "xoxe.", Dotted, 10),
        new("Slack refresh token, older", "xoxr-", Url, 10),
        new("Slack legacy token", "xoxs-", Url, 10),
        new("Slack legacy app token", "xoxo-", Url, 10),
        new("Slack client token", "xoxc-", Url, 10),
        new("Slack client cookie", "xoxd-", Any, 10),
        new("Slack app token", "xapp-", Url, 10),
        new("Slack workflow token", "xwfp-", Url, 10),
        new("Discord two-factor token", "mfa.", Url, 60),
        new("Telegram bot token", ":AA", Url, 32, 36) { Before = Digit, BeforeLength = (8, 12) },
        new("Twilio API key", "SK", Hex, 32, 32),
        new("Twilio account", "AC", Hex, 32, 32),
        new("Facebook token", "EAA", Alphanumeric, 60),
        new("Twitter bearer token", "AAAAAAAAAAAAAAAAAAAA", Any, 40),
        new("SendGrid key", "SG.", Dotted, 40),
        new("Mailgun key", "key-", Hex, 32, 32),
        new("Mailchimp key", "-us", Digit, 1, 2) { Before = Hex, BeforeLength = (32, 32) },
        new("Brevo key", "xkeysib-", Url, 40),
        new("Brevo mail key", "xsmtpsib-", Url, 40),
        new("Resend key", "re_", Word, 20) { IsCommonSign = true },
        new("MailerSend token", "mlsn.", Alphanumeric, 40),
        new("Mandrill key", "md-", Url, 20, 24) { IsCommonSign = true },
        // Payment and business
        new("Stripe live key", "sk_live_", Word, 10),
        new("Stripe test key", "sk_test_", Word, 10),
        new("Stripe restricted key", "rk_live_", Word, 10),
        new("Stripe restricted test key", "rk_test_", Word, 10),
        new("Stripe production key", "sk_prod_", Word, 10),
        new("Stripe production restricted key", "rk_prod_", Word, 10),
        new("Webhook signing secret", "whsec_", Base64, 20),
        new("Square access token", "sq0atp-", Url, 20),
        new("Square client secret", "sq0csp-", Url, 30),
        new("Square token", "EAAA", Url, 50),
        new("Shopify token", "shpat_", Hex, 30),
        new("Shopify custom app token", "shpca_", Hex, 30),
        new("Shopify private app token", "shppa_", Hex, 30),
        new("Shopify shared secret", "shpss_", Hex, 30),
        new("Shopify theme token", "shptka_", Hex, 30),
        new("Braintree token", "access_token$", Crypt, 30),
        new("Adyen key", "AQE", Any, 80),
        new("Plaid production token", "access-production-", Uuid, 36),
        new("Plaid sandbox token", "access-sandbox-", Uuid, 36),
        new("Razorpay live key", "rzp_live_", Alphanumeric, 14),
        new("Razorpay test key", "rzp_test_", Alphanumeric, 14),
        new("Mollie live key", "live_", Alphanumeric, 28) { IsCommonSign = true },
        new("Mollie test key", "test_", Alphanumeric, 28) { IsCommonSign = true },
        new("Flutterwave key", "FLWSECK", Url, 20),
        new("EasyPost key", "EZAK", Alphanumeric, 50),
        new("EasyPost test key", "EZTK", Alphanumeric, 50),
        new("Duffel token", "duffel_", Url, 30),
        new("Shippo token", "shippo_", Word, 30),
        new("Frame.io token", "fio-u-", Url, 40),
        new("Typeform token", "tfp_", Dotted, 40),
        new("Contentful token", "CFPAT-", Url, 40),
        new("Airtable token", "pat", Dotted, 70, 85) { IsCommonSign = true },
        new("Linear key", "lin_api_", Alphanumeric, 30),
        new("Linear OAuth token", "lin_oauth_", Alphanumeric, 30),
        new("Notion token", "ntn_", Alphanumeric, 40),
        new("Notion token, older", "secret_", Alphanumeric, 40, 50) { IsCommonSign = true },
        new("Figma token", "figd_", Url, 30),
        new("Figma OAuth token", "figo_", Url, 30),
        new("Dropbox token", "sl.", Dotted, 60) { IsCommonSign = true },
        new("HubSpot token", "pat-na", Uuid, 36),
        new("HubSpot token, Europe", "pat-eu", Uuid, 36),
        new("Mapbox secret token", "sk.eyJ", Dotted, 40),
        new("Adobe secret", "p8e-", Alphanumeric, 30),
        new("ReadMe key", "rdme_", Alphanumeric, 60),
        new("Apify token", "apify_api_", Alphanumeric, 30),
        // Monitoring and feature flags
        new("Grafana service account", "glsa_", Word, 30),
        new("Grafana cloud token", "glc_", Base64, 30),
        new("Grafana key", "eyJrIjoi", Base64, 40),
        new("New Relic user key", "NRAK-", UpperDigit, 20),
        new("New Relic insights key", "NRII-", Url, 20),
        new("New Relic browser key", "NRJS-", Hex, 15),
        new("New Relic REST key", "NRRA-", Hex, 30),
        new("New Relic query key", "NRIQ-", Url, 20),
        new("New Relic license", "NRAL", Digit, 0, 0) { Before = Hex, BeforeLength = (36, 36) },
        new("New Relic license, older", "FFFFNRAL", Digit, 0, 0) { Before = Hex, BeforeLength = (32, 32) },
        new("Dynatrace token", "dt0", Dotted, 40) { IsCommonSign = true },
        new("Sentry organization token", "sntrys_", Any, 60),
        new("Sentry user token", "sntryu_", Hex, 40),
        new("Honeycomb ingest key", "hcaik_", Alphanumeric, 40),
        new("Honeycomb key", "hcbik_", Alphanumeric, 40),
        new("PagerDuty token", "pdus+", Any, 20),
        new("Elastic cloud key", "essu_", Base64, 40),
        new("Axiom token", "xaat-", Uuid, 36),
        new("Axiom personal token", "xapt-", Uuid, 36),
        new("PostHog key", "phx_", Alphanumeric, 30),
        new("LaunchDarkly SDK key", "sdk-", Uuid, 36, 36),
        new("LaunchDarkly API key", "api-", Uuid, 36, 36),
        new("Flagsmith key", "ser.", Alphanumeric, 20) { IsCommonSign = true },
        // Model providers
        new("Model provider key", "sk-", Url, 20) { IsCommonSign = true },
        new("Anthropic key", "sk-ant-", Url, 20),
        new("OpenAI project key", "sk-proj-", Url, 20),
        new("OpenRouter key", "sk-or-v1-", Hex, 40),
        new("Hugging Face token", "hf_", Alphanumeric, 30) { IsCommonSign = true },
        new("Hugging Face organization token", "api_org_", Alphanumeric, 30),
        new("Replicate token", "r8_", Alphanumeric, 30) { IsCommonSign = true },
        new("Groq key", "gsk_", Alphanumeric, 40),
        new("xAI key", "xai-", Alphanumeric, 60),
        new("Perplexity key", "pplx-", Alphanumeric, 40),
        new("NVIDIA key", "nvapi-", Url, 40),
        new("Together key", "tgp_v1_", Url, 30),
        new("Fireworks key", "fw_", Alphanumeric, 20) { IsCommonSign = true },
        new("Cerebras key", "csk-", LowerDigit, 40),
        new("LangSmith token", "lsv2_", Word, 30),
        new("Pinecone key", "pcsk_", Word, 40),
        new("Jina key", "jina_", Url, 40),
        new("Tavily key", "tvly-", Url, 20),
        new("ElevenLabs key", "sk_", Hex, 40, 64),
        new("RunPod key", "rpa_", Alphanumeric, 40),
        new("Voyage key", "pa-", Url, 40) { IsCommonSign = true },
        // JSON web tokens; the second part is the claims, or the encrypted key
        new("JSON web token", "eyJ", Dotted, 30) { Within = "." },
        // Hashes of passwords
        new("bcrypt hash", "$2a$", Crypt, 50),
        new("bcrypt hash, revised", "$2b$", Crypt, 50),
        new("bcrypt hash of PHP", "$2y$", Crypt, 50),
        new("SHA-512 crypt", "$6$", Crypt, 40),
        new("SHA-256 crypt", "$5$", Crypt, 40),
        new("MD5 crypt", "$1$", Crypt, 22),
        new("Apache hash", "$apr1$", Crypt, 22),
        new("Argon2 hash", "$argon2", Crypt, 40),
        new("yescrypt hash", "$y$", Crypt, 40),
        new("scrypt hash", "$7$", Crypt, 40),
        new("SCRAM verifier", "SCRAM-SHA-256$", Crypt, 40),
        new("Django hash", "pbkdf2_sha256$", Crypt, 40),
        new("LDAP hash", "{SSHA}", Base64, 20),
        new("LDAP hash without salt", "{SHA}", Base64, 20),
        // Codes of two-factor enrolment are in the query of otpauth addresses, which NamedValues reads.
    ];

    private static readonly SearchValues<string> Signs = SearchValues.Create(
        [.. All.Select(format => format.Sign).Distinct()],
        StringComparison.Ordinal
    );

    private static readonly ILookup<char, TokenFormat> ByFirst = All.OrderByDescending(format => format.Sign.Length)
        .ToLookup(format => format.Sign[0]);

    /// <summary>Adds the tokens of the text.</summary>
    public static void Find(ReadOnlySpan<char> text, SecretSpans secrets)
    {
        for (var at = 0; text[at..].IndexOfAny(Signs) is var next and >= 0;)
        {
            at += next;
            var end = EndAt(text, at, secrets);
            at = end > at ? end : at + 1;
        }
    }

    private static int EndAt(ReadOnlySpan<char> text, int at, SecretSpans secrets)
    {
        foreach (var format in ByFirst[text[at]])
            if (
                text[at..].StartsWith(format.Sign, StringComparison.Ordinal)
                && format.Match(text, at) is var (start, end)
            )
            {
                secrets.Add(start, end);
                return end;
            }
        return at;
    }
}
