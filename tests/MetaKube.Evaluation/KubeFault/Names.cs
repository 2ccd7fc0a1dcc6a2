namespace MetaKube.Evaluation.KubeFault;

/// <summary>Names as teams give them.</summary>
internal static class Names
{
    public static readonly string[] Workloads =
    [
        "orders-api", "billing-worker", "cart-svc", "catalogue", "pricing-engine", "shipment-tracker", "user-profile", "auth-gateway", "recommendations", "mail-relay", "invoice-gen", "stock-sync",
        "fraud-check", "geo-lookup", "image-resizer", "pdf-render", "report-runner", "session-store", "feature-flags", "audit-log", "chat-backend", "push-notify", "video-encode", "ml-scoring",
        "risk-model", "ledger-core", "payment-bridge", "refund-daemon", "loyalty-points", "coupon-engine", "ad-server", "clickstream", "etl-loader", "warehouse-sync", "partner-feed", "sitemap-gen",
        "webhook-relay", "tax-calc", "fx-quotes", "kyc-verify", "onboarding", "survey-app", "helpdesk-bot", "wiki-frontend", "status-page", "license-srv", "device-registry", "telemetry-in",
    ];

    public static readonly string[] Namespaces =
    [
        "shop-prod", "payments", "team-blue", "platform-x", "growth", "data-eng", "ml-serving", "backoffice", "edge-eu", "edge-us", "staging-7", "core-services", "fintech", "media-lab", "customer-care", "iot-fleet",
    ];
}
