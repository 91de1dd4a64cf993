using System.Collections.Immutable;
using System.Text;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Testing;
using Doorward.Testing.ControlPlane;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>What the gateway really asks policy agrees with the schema that policies were validated against.</summary>
public sealed class SchemaTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_evaluation_of_real_requests_agrees_with_the_shipped_schema(bool opaque)
    {
        await using var gateway = await DecidingGateway.StartAsync(
            adjust: wiki => wiki with { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("sensitivity", "internal"), Paths = opaque ? PathMode.Opaque : wiki.Paths },
            policy: """permit (principal, action, resource == Application::"wiki") when { principal in Group::"engineering" || principal is Anonymous };""");
        var (alice, mallory) = (gateway.SignIn("ses_1", "alice"), gateway.SignIn("ses_2", "mallory"));

        await gateway.StatusAsync(alice);
        await gateway.StatusAsync(mallory);
        await gateway.StatusAsync();
        (await gateway.GetAsync(alice, "/page", method: HttpMethod.Post, origin: DecidingGateway.Url)).Dispose();
        await gateway.StatusAsync(authorization: gateway.Plane.Token("ses_2", "wiki"));

        await Eventually.TrueAsync(() => Inputs(gateway).Select(input => (input.Action, input.Evidence.Subject.Kind, input.Evidence.Subject.Name)).Distinct().Count() >= 3, "the decisions were recorded");
        Assert.All(Inputs(gateway), input => Assert.True(Agrees(input, opaque), string.Join('\n', SchemaAgreement.Disagreements(input))));
        Assert.Contains(Inputs(gateway), input => input.Evidence.Http!.Path is null == opaque);
    }

    // An opaque application lacks its path, which no policy on it may read, and nothing else.
    private static bool Agrees(EvaluationInput input, bool opaque) => SchemaAgreement.Disagreements(input) is var found
        && (opaque ? found.Count == 1 && found[0].ToString().Contains("path", StringComparison.Ordinal) : found.Count == 0);

    private static List<EvaluationInput> Inputs(DecidingGateway gateway) =>
    [
        .. gateway.Plane.Records.Select(record => record.Decision).Where(decision => decision is { InputJson.Length: > 0 })
            .Select(decision => EvaluationInput.FromJson(Encoding.UTF8.GetBytes(decision.InputJson), Encoding.UTF8.GetBytes(decision.MomentJson))!),
    ];
}
