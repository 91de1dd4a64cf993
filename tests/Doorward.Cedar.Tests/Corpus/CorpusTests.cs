using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Tests.Corpus;

public sealed class CorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_generated_request_gets_the_decision_the_reasons_and_the_errors_of_the_corpus() => Run(CorpusFolder.ReadGenerated);

    [Fact]
    public void Every_handwritten_request_gets_the_decision_the_reasons_and_the_errors_of_the_corpus() => Run(CorpusFolder.ReadHandwritten);

    private void Run(Func<string, IEnumerable<CorpusCase>> read)
    {
        if (CorpusFolder.Path is not { } folder)
        {
            // A line, not a skip: the corpus is not part of the project, and its absence is no defect of the checkout.
            CorpusFolder.SayOnceHowToGet();
            return;
        }
        var count = 0;
        var differences = new List<string>();
        foreach (var test in read(folder)) count += Check(test, differences);
        output.WriteLine($"{count} requests, {differences.Count} differences");
        Assert.True(differences.Count == 0, $"{differences.Count} of {count} differ:\n{string.Join('\n', differences.Take(20))}");
        Assert.True(count > 0, $"There is no test in {folder}.");
    }

    private static int Check(CorpusCase test, List<string> differences)
    {
        var policies = PolicySet.Parse(test.Policies);
        // The handwritten tests leave out what the schema says of types.
        var schema = Schema.ParseAny(test.Schema).Schema!;
        var entities = CedarJson.ReadEntities(test.Entities, schema);
        if (!policies.Success) differences.Add($"{test.Name}: {policies.Errors[0]}");
        if (!entities.Success) differences.Add($"{test.Name}: {entities.Error}");
        foreach (var request in test.Requests)
            if (policies.Success && entities.Success) Check(test.Name, schema, policies.PolicySet, entities.Value, request, differences);
        return test.Requests.Count;
    }

    private static void Check(string name, Schema schema, PolicySet policies, EntityStore entities, CorpusRequest request, List<string> differences)
    {
        var context = CedarJson.ReadContext(request.Context, schema, request.Action);
        if (!context.Success)
        {
            differences.Add($"{name}, {request.Description}: {context.Error}");
            return;
        }
        var answer = Authorizer.IsAuthorized(
            policies, entities, new AuthorizationRequest(request.Principal, request.Action, request.Resource, context.Value));
        var isSame = answer.Decision == request.Decision
            && request.Reasons.SetEquals(answer.Reasons)
            && request.Errors.SetEquals(answer.Errors.Select(error => error.PolicyId));
        if (!isSame)
            differences.Add($"{name}, {request.Description}: expected {request.Decision} [{string.Join(' ', request.Reasons)}] ![{string.Join(' ', request.Errors)}], "
                + $"got {answer.Decision} [{string.Join(' ', answer.Reasons)}] ![{string.Join(' ', answer.Errors)}]");
    }
}
