using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Microsoft.AspNetCore.Identity;

namespace Doorward.Control.Changes;

/// <summary>
/// Every table is here: either watched, or unwatched with the reason why no gateway could decide otherwise by it.
/// A test compares this list with the model, so that nobody can forget a new one.
/// </summary>
internal static class Watches
{
    public static readonly IReadOnlyDictionary<Type, Watch> Watched = new Dictionary<Type, Watch>
    {
        [typeof(Session)] = Watch.Of<Session>(Faces.Session, static session => session.Ended is null ? new Change { SessionEnded = Faces.SessionEnded(session) } : null),
        [typeof(Handle)] = Watch.Of<Handle>(static _ => null, Faces.HandleEnded),
        [typeof(User)] = Watch.Of<User>(Faces.Subject, Faces.SubjectGone),
        [typeof(Token)] = Watch.Of<Token>(Faces.Token, static token => token.Ended is null ? Faces.TokenEnded(token, "deleted") : null),
        [typeof(ResourceDocument)] = Watch.Of<ResourceDocument>(Faces.Resource, Faces.ResourceGone),
        [typeof(Publication)] = Watch.Of<Publication>(Faces.Publication, static _ => throw new InvalidOperationException("Publications are never deleted.")),
        [typeof(InstallationSettings)] = Watch.Of<InstallationSettings>(Faces.Settings, static _ => null),
        [typeof(SealedSecret)] = Watch.Of<SealedSecret>(Faces.Secret, Faces.SecretGone),
        [typeof(Gateway)] = Watch.Of<Gateway>(Faces.Gateway, static gateway => Faces.GatewayRevoked(gateway.Name)),
        [typeof(Device)] = Watch.Of<Device>(Faces.Device, static _ => throw new InvalidOperationException("Devices are retired, never deleted.")),
    };

    public static readonly IReadOnlyDictionary<string, string> Unwatched = new Dictionary<string, string>
    {
        [nameof(PolicyVersion)] = "takes effect by its Publication, which is watched",
        [nameof(SignInTicket)] = "redeemed at the control plane only",
        [nameof(Invitation)] = "redeemed at the control plane only",
        [nameof(RecoveryCode)] = "used at the control plane only",
        [nameof(DeviceInvitation)] = "redeemed at the control plane only",
        [nameof(DeviceReportMark)] = "numbers reports; what they say is the device's",
        [nameof(DeviceFactChange)] = "a record of the past",
        [nameof(ConnectorReplica)] = "which replicas there are stands in the connector's document, which is watched",
        [nameof(ConnectorInvitation)] = "redeemed at the control plane only",
        [nameof(JoinToken)] = "redeemed at the control plane only",
        [nameof(Storage.AssertionKey)] = "read by upstreams from the key set, never by gateways",
        [nameof(DecisionEntry)] = "a record of the past",
        [nameof(EvaluationInputEntry)] = "a record of the past",
        [nameof(RefusalEntry)] = "a record of the past",
        [nameof(RateLimitCounter)] = "counts attempts at the control plane",
        [nameof(FailureCounter)] = "counts attempts at the control plane",
        [nameof(RetiredName)] = "keeps names from being given again",
        [nameof(Counter)] = "numbers the log itself",
        [nameof(ChangeRow)] = "is the log itself",
        [nameof(IdentityUserClaim<string>)] = "no decision reads claims",
        [nameof(IdentityUserLogin<string>)] = "read at sign-in only; a removed one ends sessions by the user's epoch",
        [nameof(IdentityUserToken<string>)] = "read at sign-in only",
        [nameof(IdentityUserPasskey<string>)] = "read at sign-in only; a removed one ends sessions by the user's epoch",
        ["OpenIddictEntityFrameworkCoreApplication"] = "clients of others' making, which no gateway knows",
        ["OpenIddictEntityFrameworkCoreAuthorization"] = "revoked in bulk by OpenIddict; no gateway accepts what hangs on it",
        ["OpenIddictEntityFrameworkCoreScope"] = "read by the OIDC server only",
        ["OpenIddictEntityFrameworkCoreToken"] = "revoked in bulk by OpenIddict; no gateway accepts its tokens",
    };
}
