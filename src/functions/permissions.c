/* SPDX-License-Identifier: PostgreSQL */
/*
 * permissions.c: the SQL functions that turn Hasura's permissions into policies
 * (docs/permissions.md).
 */
#include "compat.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "permissions/permissions.h"

HERM_SQL_FUNCTION(herm_jwt_plan_permissions);
HERM_SQL_FUNCTION(herm_jwt_review_permissions);
HERM_SQL_FUNCTION(herm_jwt_apply_permissions);
HERM_SQL_FUNCTION(herm_jwt_check_permissions);
HERM_SQL_FUNCTION(herm_jwt_drop_permissions);

#define COLUMNS_MAX 6

static Slice
json_argument(FunctionCallInfo fcinfo, int argument)
{
	Jsonb	   *jsonb = PG_GETARG_JSONB_P(argument);

	return slice_cstring(JsonbToCString(NULL, &jsonb->root, VARSIZE(jsonb)));
}

static char *
source_argument(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", "source")));
	return text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

/* The three arguments that most of them have. */
static Request
unpack_request(FunctionCallInfo fcinfo)
{
	Request		request = {
		.metadata = PG_ARGISNULL(0) ? slice_make(NULL, 0) : json_argument(fcinfo, 0),
		.source = source_argument(fcinfo, 1),
		.options = PG_ARGISNULL(2) ? slice_cstring("{}") : json_argument(fcinfo, 2),
	};

	return request;
}

static void
put(ReturnSetInfo *result, const char *const texts[], int count)
{
	Datum		values[COLUMNS_MAX];
	bool		nulls[COLUMNS_MAX];

	for (int i = 0; i < count; i++)
	{
		nulls[i] = texts[i] == NULL;
		values[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(texts[i]);
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_review(ReturnSetInfo *result, const Model *model)
{
	ListCell   *cell;

	foreach(cell, model->rules)
	{
		const Rule *rule = lfirst(cell);
		const char *const texts[] = {
			rule->table->label, rule->role, operation_text(rule->operation),
			outcome_text(rule->outcome), findings_codes(&rule->findings),
			findings_details(&rule->findings),
		};

		put(result, texts, COUNT_OF(texts));
	}
}

Datum
herm_jwt_plan_permissions(PG_FUNCTION_ARGS)
{
	Request		request = unpack_request(fcinfo);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	foreach(cell, plan_make(model_make(&request))->steps)
	{
		const Step *step = lfirst(cell);
		Datum		values[] = {
			Int32GetDatum(foreach_current_index(cell) + 1),
			CStringGetTextDatum(step->object),
			step->role == NULL ? (Datum) 0 : CStringGetTextDatum(step->role),
			CStringGetTextDatum(step->statement),
		};
		bool		nulls[] = {false, false, step->role == NULL, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	SPI_finish();
	return (Datum) 0;
}

Datum
herm_jwt_review_permissions(PG_FUNCTION_ARGS)
{
	Request		request = unpack_request(fcinfo);

	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	put_review((ReturnSetInfo *) fcinfo->resultinfo, model_make(&request));
	SPI_finish();
	return (Datum) 0;
}

Datum
herm_jwt_apply_permissions(PG_FUNCTION_ARGS)
{
	Request		request = unpack_request(fcinfo);

	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	put_review((ReturnSetInfo *) fcinfo->resultinfo, permissions_apply(&request));
	SPI_finish();
	return (Datum) 0;
}

Datum
herm_jwt_check_permissions(PG_FUNCTION_ARGS)
{
	Request		request = unpack_request(fcinfo);
	ListCell   *cell;

	request.for_check = true;
	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	foreach(cell, permissions_check(&request))
	{
		const Drift *drift = lfirst(cell);
		const char *const texts[] = {drift->object, drift->difference, drift->detail};

		put((ReturnSetInfo *) fcinfo->resultinfo, texts, COUNT_OF(texts));
	}
	SPI_finish();
	return (Datum) 0;
}

Datum
herm_jwt_drop_permissions(PG_FUNCTION_ARGS)
{
	char	   *source = source_argument(fcinfo, 0);
	int64		count;

	SPI_connect();
	count = permissions_drop(source);
	SPI_finish();
	PG_RETURN_INT64(count);
}
