using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Doorward.Core.Evidences;
using Doorward.Core.Identifiers;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Grants;

namespace Doorward.Gateway.Assertions;

/// <summary>Signs who asks for the upstream: once per session, application and evidence, and used again while it is fresh.</summary>
internal sealed class AssertionIssuer(AssertionKeys keys, TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    // The upstream has at least this long to look at it.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(30);

    /// <summary>Null when there is no published key to sign with.</summary>
    public ForwardedIdentity? Issue(Grant grant, GatewayState state)
    {
        if (grant.Credential is not { } credential)
            return ForwardedIdentity.Anonymous;
        var view = credential.Session.View;
        var now = clock.GetUtcNow();
        if (grant.Assertion is { } issued && IsFresh(issued, view, state, now))
            return issued.Identity;
        if (keys.Current is not { } key)
            return null;
        var subject = credential.Session.EvidenceOfSubject(view, state.Groups);
        var signingInput = $"{key.Header}.{Payload(grant, view, subject, state.Settings, now)}";
        var identity = ForwardedIdentity.Of($"{signingInput}.{key.Sign(signingInput)}", subject.Name, subject.Email, subject.Groups) with
        {
            ConsumedAuthorization = credential.IsToken,
        };
        grant.Assertion = new IssuedAssertion(identity, view, state.Groups, state.Settings, now + Life - Reserve);
        return identity;
    }

    // The lower bound is for a wall clock that was set back: what was issued in the future is not fresh.
    private static bool IsFresh(IssuedAssertion issued, SessionView view, GatewayState state, DateTimeOffset now) =>
        ReferenceEquals(issued.View, view)
        && ReferenceEquals(issued.Groups, state.Groups)
        && ReferenceEquals(issued.Settings, state.Settings)
        && now < issued.FreshUntil
        && now > issued.FreshUntil - Life;

    private static string Payload(Grant grant, SessionView view, SubjectEvidence subject, GatewaySettings settings, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("iss", settings.AuthOrigin);
            json.WriteString("aud", grant.Application);
            json.WriteString("sub", view.Subject.Id);
            json.WriteString("name", subject.Name);
            if (view.Subject.DisplayName.Length > 0)
                json.WriteString("display_name", view.Subject.DisplayName);
            if (subject.Email is { } email)
                json.WriteString("email", email);
            WriteArray(json, "groups", subject.Groups);
            json.WriteString("acr", view.Evidence.Assurance.ToString(CultureInfo.InvariantCulture));
            WriteArray(json, "amr", view.Evidence.Methods);
            json.WriteNumber("auth_time", view.Evidence.Authenticated.ToUnixTimeSeconds());
            json.WriteString("sid", view.Id);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + Life).ToUnixTimeSeconds());
            json.WriteString("jti", Identifier.New("ast"));
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
