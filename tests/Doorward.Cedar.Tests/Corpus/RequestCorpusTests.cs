using Doorward.Cedar.Schemas;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Tests.Corpus;

public sealed class RequestCorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_request_that_the_corpus_validates_agrees_with_its_schema_and_so_do_all_entities()
    {
        if (CorpusFolder.Path is not { } folder)
        {
            CorpusFolder.SayOnceHowToGet();
            return;
        }
        var (count, differences) = (0, new List<string>());
        foreach (var test in CorpusFolder.ReadGenerated(folder).Concat(CorpusFolder.ReadHandwritten(folder)))
        {
            var schema = Schema.ParseAny(test.Schema).Schema!;
            differences.AddRange(RequestValidator.Validate(schema, CedarJson.ReadEntities(test.Entities, schema).Value!.Entities).Select(error => $"{test.Name}: {error}"));
            foreach (var request in test.Requests.Where(request => request.ValidateRequest))
            {
                count++;
                var context = CedarJson.ReadContext(request.Context, schema, request.Action).Value!;
                var asked = new AuthorizationRequest(request.Principal, request.Action, request.Resource, context);
                differences.AddRange(RequestValidator.Validate(schema, asked).Select(error => $"{test.Name}, {request.Description}: {error}"));
            }
        }
        output.WriteLine($"{count} requests validated, {differences.Count} differences");
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Take(20))}");
    }
}
