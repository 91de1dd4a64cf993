using Doorward.Core.Identifiers;
using Doorward.Core.Sessions;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Grants;

namespace Doorward.Gateway;

/// <summary>What is known of a request's access, filled in as it goes down the pipeline.</summary>
internal interface IAccessFeature
{
    /// <summary>The state that the request was routed on.</summary>
    GatewayState State { get; }

    /// <summary>The application behind the door; null on the product's hosts that no policy judges.</summary>
    GatewayApplication? Application { get; }

    /// <summary>Who asks; null for nobody.</summary>
    ResolvedCredential? Credential { get; }

    /// <summary>How the session of the request's cookie ended; null when it lives, and for who never had one.</summary>
    SessionEnd? SessionEnd { get; }

    /// <summary>The answer, once it was asked for.</summary>
    Judgement Judgement { get; }

    /// <summary>The grant that the request lives on, once it was allowed.</summary>
    Grant? Grant { get; }

    /// <summary>The reference id of a denial.</summary>
    DecisionId Reference { get; }
}

internal sealed class AccessFeature(GatewayState state, GatewayApplication? application) : IAccessFeature
{
    public GatewayState State => state;

    public GatewayApplication? Application => application;

    public ResolvedCredential? Credential { get; set; }

    public SessionEnd? SessionEnd { get => field ?? Credential?.Session.View.End; set; }

    public Judgement Judgement { get; set; }

    public Grant? Grant { get; set; }

    public DecisionId Reference { get; set; }
}
